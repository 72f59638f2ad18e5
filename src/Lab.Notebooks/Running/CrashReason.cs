namespace Lab.Notebooks.Running;

/// <summary>Says in words why a process ended, from its exit code and its last words.</summary>
internal static class CrashReason
{
    private const int LastLines = 8;

    private static readonly string[] beginnings =
        ["Stack overflow", "terminate called", "Unhandled exception", "Process terminated", "Fatal error"];

    private static readonly string[] noise = ["frame #", "---", "at System.", "at Microsoft."];

    public static string Of(int exitCode, string stdout, string stderr, string when)
    {
        var reason = exitCode switch
        {
            _ when stderr.Contains("Stack overflow", StringComparison.OrdinalIgnoreCase) || exitCode == unchecked((int)0xC00000FD) =>
                "stack overflow: a method calls itself without end",
            _ when stderr.Contains("OutOfMemory", StringComparison.Ordinal) => "out of memory",
            137 => "killed from outside: most often out of memory",
            134 or unchecked((int)0xC0000409) => "aborted in native code: LibTorch does so on some shape errors",
            139 or unchecked((int)0xC0000005) => "memory fault in native code",
            _ => "the code, or something it called, ended the process",
        };
        var last = Tail(stderr) is { Length: > 0 } errors ? errors : Tail(stdout);
        var words = last.Length > 0 ? $"\nIts last words:\n{last}" : "";
        return $"The process ended {when} (exit code {exitCode}): {reason}.{words}";
    }

    // A crash says what happened first and where last; without a known beginning, the last lines must do.
    private static string Tail(string text)
    {
        string[] lines = [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !noise.Any(line.StartsWith))];
        var first = Array.FindIndex(lines, line => beginnings.Any(line.Contains));
        var from = first >= 0 ? first : Math.Max(0, lines.Length - LastLines);
        var shown = lines.Skip(from).Take(LastLines).Select(line => $"  {(line.Length > 200 ? line[..200] + "..." : line)}");
        return string.Join('\n', shown);
    }
}

using System.Runtime.CompilerServices;

namespace Lab.Grading.Tests;

/// <summary>A hostile or broken submission of the folder RedTeam, with what is expected of it in its first lines.</summary>
/// <remarks>
/// <c>Status</c> and <c>Message</c> are the submission's, <c>Outcome</c> and <c>Reason</c> the first law's, <c>Points</c> is a number or
/// "full". <c>Unchecked</c> are the points where nothing checks what the code refers to, and isolation alone stands in its way; "-" where
/// that adds nothing.
/// </remarks>
internal sealed record HostileCase(string Name, string Text, IReadOnlyDictionary<string, string> Expected)
{
    private static readonly string folder = Path.Combine(Here(), "RedTeam");

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(folder, "*.cs").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    public static HostileCase Read(string name)
    {
        var text = File.ReadAllText(Path.Combine(folder, name + ".cs"));
        return new(name, text, text.Split('\n').Skip(1).TakeWhile(line => line.StartsWith("// ", StringComparison.Ordinal))
            .Select(line => line[3..].Split(": ", 2)).ToDictionary(p => p[0], p => p.ElementAtOrDefault(1)?.Trim() ?? ""));
    }

    public string? this[string key] => Expected.GetValueOrDefault(key);

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}

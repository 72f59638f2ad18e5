using Lab.Grading.Reports;

namespace Lab.Grading.Remote;

/// <summary>What an exit code and the last words of a process say of its end. They give a reason, never a point.</summary>
internal static class CrashReasons
{
    public static StudentFault Of(int exitCode, string errors)
    {
        if (errors.Contains("Stack overflow", StringComparison.Ordinal))
            return new(LawOutcome.Crashed, "The code called itself without end (stack overflow).");
        if (Has("OutOfMemory", "out of memory", "can't allocate memory", "GC heap initialization failed", "bad_alloc"))
            return new(LawOutcome.OutOfMemory, "The code wanted more memory than it may have.");
        if (Has("modified by an inplace operation"))
            return new(LawOutcome.Crashed, "A tensor that the gradient needs was changed in place.");
        if (Has("c10::Error", "libtorch", "terminate called"))
            return new(LawOutcome.Crashed, $"LibTorch ended the process: shapes or dtypes of an operation do not fit.{Told(errors)}");
        return exitCode switch
        {
            0 => new(LawOutcome.Crashed, "The code ended its process before the answer was given."),
            137 or -9 => new(LawOutcome.Crashed, "The code's process was killed."),
            152 or 158 => new(LawOutcome.TimedOut, "The code used up its time of computation."),
            153 => new(LawOutcome.Crashed, "The code wrote a file that is too large."),
            139 => new(LawOutcome.Crashed, "The code's process broke down (segmentation fault)."),
            134 => new(LawOutcome.Crashed, $"The code's process was aborted.{Told(errors)}"),
            _ => new(LawOutcome.Crashed, $"The code ended its process with exit code {exitCode}."),
        };

        bool Has(params string[] words) => words.Any(word => errors.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static string Told(string errors) =>
        errors.Split('\n').FirstOrDefault(line => line.Contains("what():", StringComparison.Ordinal)) is { } line
            ? " " + RemoteExceptions.Clean(line[(line.IndexOf("what():", StringComparison.Ordinal) + 7)..])
            : "";
}

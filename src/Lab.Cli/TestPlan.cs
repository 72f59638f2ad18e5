using Lab.Shared;

namespace Lab.Cli;

/// <summary>
/// What <c>lab test</c> tells <c>dotnet</c>. One run tests the whole solution, its projects side by side. The laws of the ops are
/// most of the work, and their project tries them one after the other, since TorchSharp is not safe where threads allocate
/// at once: so further processes of that project each take a part of them.
/// </summary>
internal static class TestPlan
{
    /// <summary>The project that tries the laws.</summary>
    internal const string Laws = "Lab.Core.Tests";

    private const int MostProcesses = 8;                               // each loads LibTorch and compiles the ops anew

    /// <summary>The processes to start.</summary>
    /// <param name="filters">Parts of tests' names; none for all tests.</param>
    /// <param name="jobs">How many share the laws; null leaves it to the machine.</param>
    public static IReadOnlyList<TestRun> Runs(string[] filters, int? jobs)
    {
        var built = Environment.GetEnvironmentVariable("LAB_BUILT") == "Labs.sln";
        var parts = !built ? 1                                         // a build comes first, and must not be met by a second one
            : jobs ?? (filters.Length > 0 ? 1 : Math.Min(Environment.ProcessorCount, MostProcesses));
        return
        [
            new(Solution(filters, built), 1, parts),
            .. Enumerable.Range(2, parts - 1).Select(part => new TestRun(Part(filters), part, parts)),
        ];
    }

    /// <summary>All projects.</summary>
    internal static List<string> Solution(string[] filters, bool built) =>
    [
        "test", "--solution", Path.Combine(Repository.Root, "Labs.sln"),
        .. built ? ["--no-build"] : Array.Empty<string>(), .. Common(filters),
    ];

    /// <summary>Nothing but laws. Filters of two kinds must both hold.</summary>
    internal static List<string> Part(string[] filters) =>
    [
        "test", "--test-modules", $"artifacts/bin/{Laws}/debug/{Laws}.dll", "--root-directory", Repository.Root,
        "--filter-method", $"{Laws}.SpecTests.*", .. Common(filters),
    ];

    private static IEnumerable<string> Common(string[] filters) =>
    [
        "--no-ansi", "--no-progress",
        .. filters.SelectMany(filter => (string[])["--filter-display-name", Pattern(filter)]),
        .. filters.Length > 0 ? ["--ignore-exit-code", "8"] : Array.Empty<string>(),   // 8: a project without a matching test
    ];

    // The display name holds a law's arguments too: Law_holds(op: "Softmax", law: "...").
    private static string Pattern(string filter) =>
        filter.Trim('*').Contains('*') ? throw new UserException($"a * may stand at the beginning and the end of a filter, got '{filter}'.")
        : filter.Contains('*') ? filter
        : $"*{filter}*";
}

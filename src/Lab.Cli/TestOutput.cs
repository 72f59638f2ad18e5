using System.Globalization;
using System.Text.RegularExpressions;

namespace Lab.Cli;

/// <summary>Reads what <c>dotnet test</c> prints: counts the tests, and leaves out what tells nobody anything.</summary>
/// <param name="part">Which part of the laws the run takes, in words; null where it takes them all.</param>
internal sealed partial class TestOutput(string? part = null)
{
    /// <summary>Tests that ran or were skipped.</summary>
    public int Total { get; private set; }

    /// <summary>Tests that passed.</summary>
    public int Passed { get; private set; }

    /// <summary>Tests that were skipped.</summary>
    public int Skipped { get; private set; }

    /// <summary>Tests that failed.</summary>
    public int Failed { get; set; }

    /// <summary>Reads one line.</summary>
    /// <returns>What to show of it; null for nothing.</returns>
    public string? Read(string line)
    {
        if (Count().Match(line) is { Success: true } entry)
        {
            Add(entry.Groups[1].Value, int.Parse(entry.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
            return null;
        }
        if (Project().Match(line) is { Success: true } project)
            return project.Groups[1].Length > 0 ? null : $"{Named(project.Groups[2].Value)} {project.Groups[3].Value}";
        return Noise().IsMatch(line) ? null : line;
    }

    /// <summary>Adds what another run counted.</summary>
    public void Add(TestOutput other)
    {
        Total += other.Total;
        Passed += other.Passed;
        Skipped += other.Skipped;
        Failed += other.Failed;
    }

    /// <summary>The line that a run ends with.</summary>
    public override string ToString() => $"{Passed} passed, {Failed} failed" + (Skipped > 0 ? $", {Skipped} skipped" : "");

    private string Named(string project) => part is not null && project == TestPlan.Laws ? $"{project}, {part}," : project;

    private void Add(string what, int count) => _ = what switch
    {
        "total" => Total = count,
        "succeeded" => Passed = count,
        "skipped" => Skipped = count,
        _ => Failed = count,
    };

    [GeneratedRegex(@"^  (total|succeeded|skipped|failed): (\d+)$")]
    private static partial Regex Count();

    /// <summary>A project's result; the summary repeats it indented.</summary>
    [GeneratedRegex(@"^( *).*[/\\](.+)\.dll \([^)]+\) ((?:passed|failed|Zero tests).*)$")]
    private static partial Regex Project();

    [GeneratedRegex(@"^\s*$|^Running tests from |^Test run (summary|completed)|^  (duration|error): \d|^  from .*\.dll")]
    private static partial Regex Noise();
}

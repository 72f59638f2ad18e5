using System.Text.RegularExpressions;
using Lab.Cli.Course;
using Lab.Shared;
using Lab.Specs.Harness;

namespace Lab.Cli.Tests;

/// <summary>What README and CONTRIBUTING state about the project is what the project has.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void The_course_table_lists_exactly_the_notebooks_with_their_minutes() => Assert.Equal(
        CourseEntry.Notebooks(Path.Combine(Repository.Root, "notebooks")).Select(notebook => $"{notebook.Name}, {notebook.Minutes} minutes"),
        CourseRow().Matches(Text("README.md")).Select(row => $"{row.Groups["number"]}-{row.Groups["name"]}, {row.Groups["minutes"]} minutes"));

    [Fact]
    public void The_table_of_ops_names_every_op_that_has_a_spec()
    {
        var named = TableOfOps().Matches(Text("README.md")).SelectMany(row => Code().Matches(row.Groups["ops"].Value))
            .Select(code => code.Groups["name"].Value.Split('.')[^1]).ToHashSet();
        var ops = SpecCatalog.All.Select(spec => spec.Subject.Name).Distinct().ToList();
        Assert.NotEmpty(ops);
        Assert.Empty(ops.Except(named).Select(op => $"README's table of ops lacks {op}"));
        Assert.Empty(named.Except(ops).Select(op => $"README's table of ops has {op}, which is no op"));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("data/README.md")]
    public void Links_into_the_repository_lead_somewhere(string file)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, file))!;
        Assert.All(
            Link().Matches(Text(file)).Select(link => link.Groups["target"].Value),
            target => Assert.True(Path.Exists(Path.Combine(folder, target)), $"{file} links to {target}, which is not there."));
    }

    [Fact]
    public async Task The_table_of_commands_names_every_command()
    {
        var help = (await LabProcess.Run(["--help"])).Output;
        var commands = HelpCommand().Matches(help.ReplaceLineEndings("\n")).Select(line => line.Groups["name"].Value).ToList();
        Assert.Contains("run", commands);
        var readme = Text("README.md");
        Assert.All(commands, command => Assert.Contains($"| `lab {command}", readme, StringComparison.Ordinal));
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n");

    [GeneratedRegex(@"^\| (?<number>\d\d) \| \[[^\]]+\]\(notebooks/\k<number>-(?<name>[^)]+)\.ipynb\) \|.*\| (?<minutes>\d+) \|$", RegexOptions.Multiline)]
    private static partial Regex CourseRow();

    /// <summary>The rows below the heading "Op | Library op ...".</summary>
    [GeneratedRegex(@"(?:^\| Op \|[^\n]*\n\|[-|]+\n|\G)\|(?<ops>[^|\n]*)\|[^\n]*\n", RegexOptions.Multiline)]
    private static partial Regex TableOfOps();

    [GeneratedRegex(@"`(?<name>[A-Z][\w.]*)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<target>(?!https?:|#)[^)#]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<=Commands:\n(?:.*\n)*)^  (?<name>[a-z]+)", RegexOptions.Multiline)]
    private static partial Regex HelpCommand();
}

using Lab.Cli.Exercises;
using Lab.Grading.Labs;
using Lab.Grading.Reports;
using Lab.Shared;

namespace Lab.Cli.Tests;

/// <summary>The students' commands: what they keep, and how they answer mistakes.</summary>
public sealed class LabCommandTests
{
    private static readonly LabManifest lab = LabSelection.Find(LabSelection.All(), "11");

    [Theory]
    [InlineData("02", "02-stable-softmax")]
    [InlineData("2", "02-stable-softmax")]
    [InlineData("02-stable-softmax", "02-stable-softmax")]
    [InlineData("beam", "05-beam-search")]
    public void A_lab_is_found_by_number_or_by_a_part_of_its_name(string name, string slug) =>
        Assert.Equal(slug, LabSelection.Find(LabSelection.All(), name).Slug);

    [Theory]
    [InlineData("lab: there is no lab '99'. There are 01 to 14: `lab progress` lists them.", "check", "99")]
    [InlineData("lab: there is no lab 'beem-search'. Did you mean 05-beam-search?", "start", "beem-search")]
    [InlineData("lab: 'o' may be ", "start", "o")]
    [InlineData("lab: lab 02 has no exercise 'LogSumExq' (did you mean LogSumExp?).", "hint", "02", "LogSumExq")]
    [InlineData("lab: lab 02 has no exercise 'Viterbi' (there are LogSumExp, Softmax, LogSoftmax, MaskedSoftmax).", "check", "02", "--exercise", "Viterbi")]
    [InlineData("lab: --seed wants a whole number that is not negative, got -1.", "check", "02", "--seed", "-1")]
    [InlineData("lab: there is no lab '77'.", "verify", "77")]
    public async Task A_mistake_is_one_line_and_exit_code_2(string line, params string[] arguments)
    {
        var result = await LabProcess.Run(arguments);
        Assert.Equal((2, ""), (result.Exit, result.Output));
        Assert.StartsWith(line, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error.TrimEnd());
    }

    [Fact]
    public void Starting_keeps_a_clean_copy_and_starting_again_keeps_the_first()
    {
        using var folder = new Folder();
        var (store, own) = (LabStore.Open(folder.Path), Own(folder));
        Assert.False(store.Start(own));
        File.AppendAllText(own.StudentFile, "// mine\n");
        Assert.True(store.Start(own));
        Assert.DoesNotContain("// mine", File.ReadAllText(store.CleanCopy(own)), StringComparison.Ordinal);
        Assert.Equal("11", LabStore.Open(folder.Path).Current);
    }

    [Fact]
    public void Backups_are_kept_one_beside_the_other()
    {
        using var folder = new Folder();
        var (store, own) = (LabStore.Open(folder.Path), Own(folder));
        File.WriteAllText(own.StudentFile, "first");
        var first = store.Backup(own);
        File.WriteAllText(own.StudentFile, "second");
        var second = store.Backup(own);
        Assert.Equal(("first", "second"), (File.ReadAllText(first), File.ReadAllText(second)));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void Points_hints_and_the_clock_outlive_the_process()
    {
        using var folder = new Folder();
        var (store, own) = (LabStore.Open(folder.Path), Own(folder));
        store.Start(own);
        store.Keep(own, Report(own, points: l => l.Points));
        store.SeeHint(own, own.Exercises[0], 2);
        var record = LabStore.Open(folder.Path).Of(own);
        Assert.Equal(2, record.Hints[own.Exercises[0].Name]);
        Assert.NotNull(record.Solved);
        Assert.True(LabStore.Open(folder.Path).IsSolved(own, own.Exercises[0]));
    }

    [Fact]
    public void A_file_that_does_not_compile_has_no_points_left()
    {
        using var folder = new Folder();
        var (store, own) = (LabStore.Open(folder.Path), Own(folder));
        store.Keep(own, Report(own, points: l => l.Points));
        store.Keep(own, Report(own, points: _ => 0) with { Status = SubmissionStatus.DoesNotCompile });
        Assert.Empty(store.Of(own).Points);
        Assert.NotNull(store.Of(own).Solved);                             // when it was solved first stays known
    }

    [Fact]
    public void A_broken_progress_file_is_put_aside()
    {
        using var folder = new Folder();
        File.WriteAllText(Path.Combine(folder.Path, "progress.json"), "{ half");
        Assert.Null(LabStore.Open(folder.Path).Current);
        Assert.Equal("{ half", File.ReadAllText(Path.Combine(folder.Path, "progress.json.broken")));
    }

    [Fact]
    public void Numbers_are_told_in_the_shape_they_have() => Assert.Equal(
        "got [2, 2] Float32 = [[1, inf], [-inf, NaN]]",
        TensorText.Of(new("got", "Float32", [2, 2], [1, double.PositiveInfinity, double.NegativeInfinity, double.NaN])));

    [Fact]
    public void A_counterexample_is_drawn_with_its_diagnosis_and_no_network()
    {
        using var folder = new Folder();
        var law = Report(lab, _ => 0).Laws[0] with
        {
            Outcome = LawOutcome.Failed,
            Reason = "The result differs at [0, 1]: got NaN, expected 0.",
            Diagnosis = "You divide <0> by 0.",
            Counterexample = new("N = 2", [new("colours", "Float64", [2, 2], [0, 1, 2, 3])], [new("got", "Float64", [2, 2], [0, double.NaN, 1, 0])],
                [new("expected", "Float64", [2, 2], [0, 0, 1, 0])], new([0, 1], double.NaN, 0)),
        };
        CounterexamplePage.Write(lab, law, folder.Path);
        var page = File.ReadAllText(Directory.GetFiles(Path.Combine(folder.Path, "pictures")).Single());
        Assert.Contains("You divide &lt;0&gt; by 0.", page, StringComparison.Ordinal);
        Assert.Contains("expected [2, 2]", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_labs_names_every_lab_with_its_minutes()
    {
        var table = File.ReadAllText(Path.Combine(Repository.Root, "labs", "README.md"));
        Assert.All(LabSelection.All(), entry => Assert.Contains(
            $"| {entry.Lab} | [{entry.Title}]({entry.Slug}/README.md) | {string.Join(", ", entry.Exercises.Select(e => $"`{e.Name}`"))} | {entry.Minutes} | {entry.Difficulty} | {entry.Points} |",
            table, StringComparison.Ordinal));
    }

    private static LabManifest Own(Folder folder)
    {
        var copy = Path.Combine(folder.Path, "labs", lab.Slug);
        Directory.CreateDirectory(copy);
        File.Copy(lab.StudentFile, Path.Combine(copy, "Lab.cs"));
        return lab with { Folder = copy };
    }

    private static GradeReport Report(LabManifest lab, Func<LawManifest, int> points)
    {
        LawReport[] laws =
        [
            .. lab.Exercises.SelectMany(e => e.Laws.Where(l => !l.Hidden).Select(l => new LawReport
            {
                Exercise = e.Name,
                Law = l.Law,
                Sentence = "",
                Outcome = LawOutcome.Passed,
                Points = points(l),
                MaxPoints = l.Points,
            })),
        ];
        return new()
        {
            Lab = lab.Lab,
            Title = lab.Title,
            Submission = "",
            Student = "",
            Status = SubmissionStatus.Graded,
            Laws = laws,
            Points = laws.Sum(l => l.Points),
            MaxPoints = laws.Sum(l => l.MaxPoints),
            Isolation = "",
            Kit = "",
            Sha256 = "",
        };
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("lab-store").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}

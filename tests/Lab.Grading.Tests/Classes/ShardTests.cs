using Lab.Grading.Classes;
using Lab.Grading.Judging;
using Lab.Grading.Reports;
using Lab.Grading.Tests.Outputs;

namespace Lab.Grading.Tests.Classes;

public sealed class ShardTests : IDisposable
{
    private readonly ClassFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("0/2")]
    [InlineData("3/2")]
    [InlineData("1")]
    [InlineData("1/")]
    [InlineData("a/b")]
    [InlineData("-1/2")]
    [InlineData("1/2/3")]
    public void A_shard_is_i_of_n(string text) => Assert.Contains(text, Assert.Throws<GradingException>(() => Shard.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Shards_share_a_class_without_rest_and_without_overlap()
    {
        var plan = Plan(11);
        for (var count = 1; count <= 13; count++)
        {
            var parts = Enumerable.Range(1, count).Select(i => plan.Of(new(i, count))).ToList();
            Assert.Equal(plan.Items.Select(ClassPlan.KeyOf), parts.SelectMany(p => p).Select(ClassPlan.KeyOf).Order(StringComparer.Ordinal));
            Assert.True(parts.Max(p => p.Count) - parts.Min(p => p.Count) <= 1);
        }
    }

    [Fact]
    public void The_plan_does_not_depend_on_the_order_in_which_submissions_come()
    {
        var plan = Plan(5);
        Assert.Equal(plan.Hash, new ClassPlan(plan.Items.Reverse()).Hash);
        File.AppendAllText(plan.Items[2].Submission.File, " ");
        Assert.NotEqual(plan.Hash, new ClassPlan(plan.Items).Hash);
    }

    [Fact]
    public void Names_of_reports_are_safe_and_never_the_same()
    {
        string[] students = ["ada", "a/da", "a\\da", "../ada", "a_da", "a da", new string('x', 100), new string('x', 101), "Ünï"];
        var keys = students.Select(s => ClassPlan.KeyOf(s, "02")).ToList();
        Assert.Equal(students.Length, keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(keys, key => Assert.Matches("^[A-Za-z0-9_.-]+$", key));
        Assert.All(keys, key => Assert.InRange(key.Length, 4, 80));
    }

    [Fact]
    public void Joined_shards_are_the_class()
    {
        var plan = Plan(5);
        ReportFolder[] parts = [Filled(plan, 1, 2), Filled(plan, 2, 2)];
        Assert.Equal(plan.Items.Select(i => i.Submission.Student), ClassGrading.Merge([parts[1], parts[0]]).Select(r => r.Student));
    }

    [Fact]
    public void Missing_doubled_foreign_and_unfinished_shards_are_refused()
    {
        var plan = Plan(5);
        var (one, two) = (Filled(plan, 1, 3), Filled(plan, 2, 3));
        Refused("Missing of 3 shards: 3", one, two);
        Refused("Shard 1/3 is there twice", one, two, Filled(plan, 1, 3, "again"));
        Refused("shard of another class", one, Filled(Plan(6), 2, 3, "other"));
        two.Open();
        Refused("is no finished shard", one, two);
        Refused("no folder", new ReportFolder(folder["nowhere"]));
        File.WriteAllText(Path.Combine(one.Path, "shard.json"), "{}");
        Refused("shard.json cannot be read", one);
    }

    [Fact]
    public void A_report_that_is_lost_or_damaged_or_of_somebody_else_is_refused()
    {
        var plan = Plan(3);
        var whole = Filled(plan, 1, 1);
        var file = Path.Combine(whole.Path, "reports", ClassPlan.KeyOf(plan.Items[0]) + ".json");
        File.Copy(Path.Combine(whole.Path, "reports", ClassPlan.KeyOf(plan.Items[1]) + ".json"), file, overwrite: true);
        Refused("is of s01", whole);
        File.WriteAllText(file, "{ \"schema\": \"lab-grade/1\" ");
        Refused("no readable report", whole);
        File.Delete(file);
        Refused("no readable report", whole);
    }

    [Fact]
    public async Task A_run_that_is_repeated_grades_only_what_has_changed()
    {
        foreach (var student in (string[])["ada", "grace"])
            folder.With($"class/{student}/Lab.cs", Sample.Solution);
        using var finder = new SubmissionFinder([Sample.Lab], "90");
        var grading = new ClassGrading(new(folder["out"]), new GradeOptions { Cases = 2 });
        var cancel = TestContext.Current.CancellationToken;

        async Task<(int There, IReadOnlyList<GradeReport> Reports)> Run()
        {
            var there = 0;
            var reports = await grading.RunAsync(new(finder.Find([folder["class"]])), Shard.Whole, 1, progress: (_, was) => there += was ? 1 : 0, cancel: cancel);
            return (there, reports);
        }

        var first = await Run();
        Assert.Equal(0, first.There);
        Assert.All(first.Reports, r => Assert.Equal(r.MaxPoints, r.Points));
        Assert.Equal(2, (await Run()).There);
        File.AppendAllText(folder["class/ada/Lab.cs"], "\n");
        Assert.Equal(1, (await Run()).There);
    }

    private ClassPlan Plan(int students)
    {
        for (var s = 0; s < students; s++)
            folder.With($"class{students}/s{s:00}/Lab.cs", $"// {s}");
        using var finder = new SubmissionFinder(ClassFolder.Labs, "02");
        return new(finder.Find([folder[$"class{students}"]]));
    }

    private ReportFolder Filled(ClassPlan plan, int index, int count, string prefix = "part")
    {
        var target = new ReportFolder(folder[$"{prefix}{index}of{count}"]);
        var items = plan.Of(new(index, count));
        foreach (var item in items)
            target.Save(ClassPlan.KeyOf(item), SampleReports.Of(item.Submission.Student, SampleReports.Mixed.Laws));
        target.Close(new(index, count, plan.Hash, [.. items.Select(ClassPlan.KeyOf)]));
        return target;
    }

    private static void Refused(string message, params ReportFolder[] folders) =>
        Assert.Contains(message, Assert.Throws<GradingException>(() => ClassGrading.Merge(folders)).Message, StringComparison.Ordinal);
}

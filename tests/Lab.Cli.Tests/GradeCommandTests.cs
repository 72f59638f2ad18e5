namespace Lab.Cli.Tests;

public sealed class GradeCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lab-grade-cli-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("What is to be graded?", "grade")]
    [InlineData("There is no lab 99", "grade", ".", "--lab", "99")]
    [InlineData("no file or folder", "grade", "nowhere", "--lab", "02")]
    [InlineData("--jobs wants 1 to 256, got 0", "grade", ".", "--jobs", "0")]
    [InlineData("name their folder with --out", "grade", ".", "--shard", "1/2")]
    [InlineData("There is no format \"pdf\"", "grade", ".", "--out", "x", "--format", "pdf")]
    [InlineData("such as 2/8; got \"9\"", "grade", ".", "--out", "x", "--shard", "9")]
    [InlineData("There is no folder", "grade", "merge", "nowhere", "--out", "x")]
    public async Task What_is_wrong_is_said_in_one_line(string message, params string[] arguments)
    {
        var result = await LabProcess.Run(arguments);
        Assert.Equal(2, result.Exit);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error);
        Assert.False(Directory.Exists("x"));
    }

    [Fact]
    public async Task A_class_is_graded_whole_and_in_shards_alike()
    {
        foreach (var (student, text) in new[] { ("ada", "public static class Lab { }"), ("grace", "no C#"), ("linus", "public static class Lab { } ") })
        {
            Directory.CreateDirectory(Path.Combine(folder, "class", student));
            await File.WriteAllTextAsync(Path.Combine(folder, "class", student, "Lab.cs"), text, TestContext.Current.CancellationToken);
        }
        string[] common = ["grade", Path.Combine(folder, "class"), "--lab", "02"];
        var whole = await LabProcess.Run([.. common, "--out", In("whole")]);
        Assert.True(whole.Exit == 0, whole.Output + whole.Error);
        Assert.Contains("3 submissions, 2 graded", whole.Output, StringComparison.Ordinal);
        foreach (var file in (string[])["grades.json", "laws.csv", "totals.csv", "summary.md", "junit.xml", "class.html", "students/ada.02.html"])
            Assert.True(File.Exists(Path.Combine(In("whole"), file)), file);

        for (var i = 1; i <= 2; i++)
            Assert.Equal(0, (await LabProcess.Run([.. common, "--out", In($"shard{i}"), "--shard", $"{i}/2"])).Exit);
        var missing = await LabProcess.Run(["grade", "merge", In("shard1"), "--out", In("none")]);
        Assert.Equal((2, false), (missing.Exit, Directory.Exists(In("none"))));
        var merged = await LabProcess.Run(["grade", "merge", In("shard2"), In("shard1"), "--out", In("merged"), "--format", "csv"]);
        Assert.True(merged.Exit == 0, merged.Error);
        foreach (var file in (string[])["laws.csv", "totals.csv"])
            Assert.Equal(await Text("whole", file), await Text("merged", file));
    }

    [Fact]
    public async Task The_students_copy_is_refused_where_there_is_something_already()
    {
        await File.WriteAllTextAsync(In("mine.txt"), "mine", TestContext.Current.CancellationToken);
        var result = await LabProcess.Run(["pack", "--student", folder]);
        Assert.Equal(2, result.Exit);
        Assert.Contains("not empty", result.Error, StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(folder, name);

    private Task<string> Text(string name, string file) =>
        File.ReadAllTextAsync(Path.Combine(In(name), file), TestContext.Current.CancellationToken);
}

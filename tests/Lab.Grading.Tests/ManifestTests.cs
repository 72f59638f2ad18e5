using Lab.Grading.Labs;

namespace Lab.Grading.Tests;

public sealed class ManifestTests
{
    private static readonly string text = File.ReadAllText(Path.Combine(Sample.Folder, "lab.json"));

    [Fact]
    public void A_lab_is_read_from_its_folder()
    {
        Assert.Equal("90", Sample.Lab.Lab);
        Assert.Equal(10, Sample.Lab.Points);
        Assert.Equal("value equals the oracle's", Sample.Lab.Exercises[0].Gate);
        Assert.EndsWith(Path.Combine("SampleLab", "Lab.cs"), Sample.Lab.StudentFile, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"minutes\"", "\"minuts\"", "$", "minuts")]
    [InlineData("\"lab\": \"90\"", "\"lab\": \"9\"", "$.lab", "Two digits")]
    [InlineData("\"difficulty\": 1", "\"difficulty\": 6", "$.difficulty", "1 to 5")]
    [InlineData("\"spec\": \"LogSumExp\"", "\"spec\": \"LogSumExq\"", "$.exercises[0].spec", "Is \"LogSumExp\" meant?")]
    [InlineData("gradient equals the oracle's", "gradient equals the oracles", "$.exercises[0].laws[1].law", "Is \"gradient equals the oracle's\" meant?")]
    [InlineData("\"points\": 4", "\"points\": 0", "$.exercises[0].laws[0].points", "More than 0")]
    [InlineData("\"points\": 4", "\"points\": \"four\"", "$.exercises[0].laws[0].points", "could not be converted")]
    [InlineData("\"keepDim\": false", "\"keepDims\": false", "$.exercises[0].fix.keepDims", "LogSumExp(logits, dim, keepdim)")]
    [InlineData("\"keepDim\": false", "\"keepDim\": \"no\"", "$.exercises[0].fix.keepDim", "Boolean")]
    public void What_is_wrong_is_named_with_its_place(string right, string wrong, string place, string message)
    {
        var problem = Assert.Throws<LabException>(() => LabCatalog.Parse(text.Replace(right, wrong, StringComparison.Ordinal), "x/lab.json"));
        Assert.StartsWith("x/lab.json", problem.Message, StringComparison.Ordinal);
        Assert.StartsWith(place, problem.Place, StringComparison.Ordinal);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Laws_of_consistency_need_the_gate_unless_the_lab_says_otherwise()
    {
        var exercise = Sample.Lab.Exercises[0];
        Assert.True(exercise.IsGated(exercise.Laws[3]));
        Assert.False(exercise.IsGated(exercise.Laws[0]));
        Assert.False(exercise.IsGated(exercise.Laws[3] with { NeedsGate = false }));
    }
}

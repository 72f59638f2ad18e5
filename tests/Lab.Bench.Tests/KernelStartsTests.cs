using System.Text.Json.Nodes;

namespace Lab.Bench.Tests;

public sealed class KernelStartsTests
{
    [Fact]
    public void Rows_hold_the_shortest_time_the_one_in_the_middle_and_the_ratio()
    {
        var (rows, problem) = Rows(
            """{"kernel":"kit","seconds":{"first 1 + 1":3,"first tensor":5}}""",
            """{"kernel":"Python","seconds":{"first 1 + 1":0.5,"first tensor":1}}""",
            """{"kernel":"Python","seconds":{"first 1 + 1":1.5,"first tensor":1}}""",
            """{"kernel":"kit","seconds":{"first 1 + 1":1,"first tensor":4}}""",
            """{"kernel":"kit","seconds":{"first 1 + 1":1.5,"first tensor":6}}""");
        Assert.Null(problem);
        Assert.Equal(
            [new StartRow("first 1 + 1", new(1, 1.5, 3), new(0.5, 1, 2)), new StartRow("first tensor", new(4, 5, 3), new(1, 1, 2))], rows);
        Assert.Equal([2.0, 4.0], rows.Select(row => row.ToPython));
    }

    [Fact]
    public void Without_Pythons_kernel_the_kits_rows_stay_and_the_reason_is_told()
    {
        var (rows, problem) = Rows(
            """{"kernel":"kit","seconds":{"first 1 + 1":1}}""",
            """{"kernel":"Python","error":"RuntimeError: No module named 'torch'"}""");
        Assert.Equal([new StartRow("first 1 + 1", new(1, 1, 1), null)], rows);
        Assert.Equal("Python's kernel did not answer: RuntimeError: No module named 'torch'", problem);
    }

    [Fact]
    public void A_kernel_of_the_kits_that_does_not_answer_is_an_error() =>
        Assert.Contains("Empty", Assert.Throws<InvalidOperationException>(() => Rows("""{"kernel":"kit","error":"Empty: "}""")).Message, StringComparison.Ordinal);

    private static (IReadOnlyList<StartRow> Rows, string? Problem) Rows(params string[] lines) =>
        KernelStarts.Rows([.. lines.Select(line => JsonNode.Parse(line)!)]);
}

using System.Text.Json.Nodes;
using Lab.Kernel.Requests;

namespace Lab.Kernel.Tests.Requests;

public sealed class HistoryTests
{
    private readonly History history = new();

    public HistoryTests()
    {
        foreach (var (line, input, output) in new (int, string, string?)[] { (1, "a = 1", null), (2, "b", "2"), (3, "a = 1", null), (4, "c", "4") })
            history.Add(line, input, output);
    }

    [Theory]
    [InlineData("""{"hist_access_type":"tail","n":2}""", 3, 4)]
    [InlineData("""{"hist_access_type":"tail"}""", 1, 2, 3, 4)]
    [InlineData("""{"hist_access_type":"range","session":0,"start":2,"stop":4}""", 2, 3)]
    [InlineData("""{"hist_access_type":"range","session":0}""", 1, 2, 3, 4)]
    [InlineData("""{"hist_access_type":"range","session":-1}""")]
    [InlineData("""{"hist_access_type":"search","pattern":"a*"}""", 1, 3)]
    [InlineData("""{"hist_access_type":"search","pattern":"a*","unique":true}""", 3)]
    [InlineData("""{"hist_access_type":"search","pattern":"?"}""", 2, 4)]
    [InlineData("""{"hist_access_type":"search","pattern":"*","n":1}""", 4)]
    [InlineData("""{"hist_access_type":"search","pattern":"A*"}""")]
    public void It_gives_the_lines_that_were_asked_for(string request, params int[] lines) =>
        Assert.Equal(lines, Ask(request).Select(entry => (int)entry![1]!));

    [Fact]
    public void Outputs_come_when_they_are_wanted()
    {
        Assert.Equal("b", (string?)Ask("""{"hist_access_type":"range","start":2,"stop":3}""")[0]![2]);
        Assert.Equal("""["b","2"]""", Ask("""{"hist_access_type":"range","start":2,"stop":3,"output":true}""")[0]![2]!.ToJsonString());
    }

    private JsonArray Ask(string request) => history.Answer((JsonObject)JsonNode.Parse(request)!)["history"]!.AsArray();
}

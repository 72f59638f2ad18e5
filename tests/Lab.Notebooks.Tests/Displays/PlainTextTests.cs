using Lab.Notebooks.Displays;

namespace Lab.Notebooks.Tests.Displays;

public sealed class PlainTextTests
{
    private sealed record Shape(string Name, int[] Sides);

    private sealed record Secret(int Value)
    {
        public override string ToString() => "hidden";
    }

    private struct Plain;

    private static readonly Dictionary<string, double> map = new() { ["a"] = 0.5, ["b"] = 1 };

    public static TheoryData<object?, string> Values => new()
    {
        { null, "null" },
        { "text", "text" },
        { 1.5, "1.5" },
        { 1e-7f, "1E-07" },
        { true, "True" },
        { new[] { 1, 2, 3 }, "[1, 2, 3]" },
        { Array.Empty<int>(), "[]" },
        { new List<string> { "a", "b" }, "[a, b]" },
        { new[] { new[] { 1 }, new[] { 2, 3 } }, "[[1], [2, 3]]" },
        { new[,] { { 1, 2 }, { 3, 4 } }, "[[1, 2], [3, 4]]" },
        { map, "{a: 0.5, b: 1}" },
        { Enumerable.Range(0, 3).Select(i => i * i), "[0, 1, 4]" },
        { (1, "x", new[] { 2.5 }), "(1, x, [2.5])" },
        { new { A = 1, B = new[] { 2 } }, "{ A = 1, B = [2] }" },
        { new Shape("box", [2, 3]), "Shape { Name = box, Sides = [2, 3] }" },
        { new Secret(3), "hidden" },
        { new FormatException("no number"), "FormatException: no number" },
        { typeof(Dictionary<string, int[]>), "Dictionary<String, Int32[]>" },
        { new object(), "Object" },
        { default(Plain), "Plain" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_are_shown_by_what_they_hold(object? value, string text) => Assert.Equal(text, PlainText.Of(value));

    [Fact]
    public void Long_collections_are_cut_and_counted()
    {
        var text = PlainText.Of(Enumerable.Range(0, 1000).ToArray());
        Assert.StartsWith("[0, 1, ", text, StringComparison.Ordinal);
        Assert.EndsWith("19, ... (1000 items)]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endless_sequence_ends_in_dots() =>
        Assert.EndsWith("19, ...]", PlainText.Of(Endless()), StringComparison.Ordinal);

    [Fact]
    public void Items_too_long_for_a_line_get_lines_of_their_own() =>
        Assert.Equal($"[\n  {new string('a', 60)},\n  {new string('b', 60)}\n]", PlainText.Of(new[] { new string('a', 60), new string('b', 60) }));

    [Fact]
    public void A_collection_that_holds_itself_ends()
    {
        var list = new List<object>();
        list.Add(list);
        Assert.Contains("[[[", PlainText.Of(list), StringComparison.Ordinal);
    }

    private static IEnumerable<int> Endless()
    {
        for (var i = 0; ; i++)
            yield return i;
    }
}

using Lab.Specs.Harness;

namespace Lab.Core.Tests;

public sealed class PartTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_law_is_in_one_part_and_the_parts_are_alike_in_size(int count)
    {
        var parts = Enumerable.Range(1, count).Select(number => Part.Parse($"{number}/{count}")).ToArray();
        var sizes = new int[count];
        foreach (var (op, spec) in SpecCatalog.All.Index())
        {
            for (var law = 0; law < spec.LawNames.Count; law++)
            {
                var owner = Assert.Single(parts, part => part.Has(op, law));
                sizes[owner.Number - 1]++;
            }
        }
        Assert.InRange(sizes.Max() - sizes.Min(), 0, SpecCatalog.All.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void All_laws_are_tried_where_nobody_says_otherwise(string? text) => Assert.Equal(new(1, 1), Part.Parse(text));

    [Theory]
    [InlineData("2")]
    [InlineData("0/2")]
    [InlineData("3/2")]
    [InlineData("-1/2")]
    [InlineData("1/2/3")]
    [InlineData("one/two")]
    public void What_names_no_part_is_refused(string text) =>
        Assert.Contains($"\"{text}\"", Assert.Throws<ArgumentException>(() => Part.Parse(text)).Message, StringComparison.Ordinal);
}

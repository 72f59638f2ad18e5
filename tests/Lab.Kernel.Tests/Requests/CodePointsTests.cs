using Lab.Kernel.Requests;

namespace Lab.Kernel.Tests.Requests;

public sealed class CodePointsTests
{
    [Theory]
    [InlineData("abc", 0, 0)]
    [InlineData("abc", 2, 2)]
    [InlineData("🎉b", 1, 2)]
    [InlineData("🎉b", 2, 3)]
    [InlineData("a🎉🎉b", 3, 5)]
    public void A_character_of_two_units_counts_once(string text, int count, int index)
    {
        Assert.Equal(index, CodePoints.ToIndex(text, count));
        Assert.Equal(count, CodePoints.FromIndex(text, index));
    }

    [Theory]
    [InlineData("abc", 9, 3)]
    [InlineData("🎉", int.MaxValue, 2)]
    [InlineData("\ud83c", 1, 1)]
    [InlineData("", 4, 0)]
    public void Past_the_end_is_the_end(string text, int count, int index) => Assert.Equal(index, CodePoints.ToIndex(text, count));
}

using Lab.Core.Sequences.Ctc;

namespace Lab.Core.Tests.Sequences;

public sealed class CollapseTests
{
    [Theory]
    [InlineData(new long[0], new long[0])]
    [InlineData(new long[] { 0, 0 }, new long[0])]
    [InlineData(new long[] { 1, 1, 0, 2, 2 }, new long[] { 1, 2 })]
    [InlineData(new long[] { 1, 0, 1 }, new long[] { 1, 1 })]
    [InlineData(new long[] { 1, 1, 1 }, new long[] { 1 })]
    public void Runs_become_one_before_blanks_go(long[] alignment, long[] labels) =>
        Assert.Equal(labels, Alignment.Collapse(alignment));

    [Fact]
    public void The_blank_may_be_any_class() => Assert.Equal([0, 0], Alignment.Collapse([0, 2, 0], blank: 2));

    [Fact]
    public void Nothing_to_collapse_is_refused() =>
        Assert.Equal("alignment", Assert.Throws<ArgumentNullException>(() => Alignment.Collapse(null!)).ParamName);
}

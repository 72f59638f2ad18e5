using System.Globalization;
using FsCheck.Xunit;
using Lab.Notebooks.Checks;

namespace Lab.Notebooks.Tests.Checks;

public sealed class TextComparerTests
{
    [Theory]
    [InlineData("loss 0.123456", "loss 0.123457")]
    [InlineData("loss 2.3026", "loss 2.3040")]
    [InlineData("max |Δ| 1.19e-07", "max |Δ| 5.96e-08")]
    [InlineData("[0.001, 0.499]", "[0.002, 0.500]")]
    [InlineData("  0.0000  1.0000", " -0.0000  1.0000")]
    [InlineData("x = 9.9996", "x =10.0004")]
    [InlineData("12.500ms", "12.501ms")]
    [InlineData("same", "same\n")]
    [InlineData("trailing   \nspace", "trailing\nspace  ")]
    [InlineData("a\r\nb", "a\nb")]
    [InlineData("1.5e+3", "1500.0")]
    [InlineData("nan inf", "nan inf")]
    public void Agree(string saved, string now) => Assert.Null(TextComparer.FirstDifference(saved, now));

    [Theory]
    [InlineData("loss 0.5", "loss 0.6")]
    [InlineData("loss 2.30", "loss 2.31")]
    [InlineData("shape [10, 32]", "shape [10, 33]")]
    [InlineData("1000 of 2000", "1001 of 2000")]
    [InlineData("1", "1.0")]
    [InlineData("float32", "float64")]
    [InlineData("version 1.2.3", "version 1.2.4")]
    [InlineData("nan", "0.0")]
    [InlineData("1.0 2.0", "1.0")]
    [InlineData("a b", "a  b")]
    [InlineData("Accuracy 0.9", "accuracy 0.9")]
    [InlineData("one", "one\ntwo")]
    [InlineData("-0.5", "0.5")]
    [InlineData("1.0e-3", "2.0e-3")]
    public void Differ(string saved, string now) => Assert.NotNull(TextComparer.FirstDifference(saved, now));

    [Fact]
    public void The_first_differing_line_is_told_with_both_texts()
    {
        Assert.Equal(new(2, "b", "c"), TextComparer.FirstDifference("a\nb\nx", "a\nc\ny"));
        Assert.Equal(new(2, "b", null), TextComparer.FirstDifference("a\nb", "a"));
    }

    [Property]
    public void Any_number_agrees_with_itself_a_ten_thousandth_away_and_not_a_hundredth(int seed)
    {
        var random = new Random(seed);
        var number = (random.NextDouble() + 0.1) * Math.Pow(10, random.Next(-2, 6)) * (random.Next(2) == 0 ? -1 : 1);
        string Text(double value) => $"a {value.ToString("0.0000000", CultureInfo.InvariantCulture)} b";
        Assert.Null(TextComparer.FirstDifference(Text(number), Text(number * 1.0001)));
        Assert.NotNull(TextComparer.FirstDifference(Text(number), Text(number * 1.01)));
    }
}

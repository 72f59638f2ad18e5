using FsCheck.Xunit;
using Lab.Data.Handwriting;
using Lab.Data.Sets;

namespace Lab.Data.Tests.Handwriting;

public sealed class DigitWriterTests
{
    private const int Pixels = DigitWriter.Side * DigitWriter.Side;

    [Property]
    public void A_digit_has_ink_in_its_middle_and_none_on_its_rim(byte digit, ulong seed)
    {
        var image = Write(digit % 10, seed);
        var mass = 0.0;
        var (x, y) = (0.0, 0.0);
        for (var i = 0; i < Pixels; i++)
        {
            mass += image[i];
            x += image[i] * (i % DigitWriter.Side);
            y += image[i] * (i / DigitWriter.Side);
        }
        Assert.InRange(mass / 255, 12, 320);
        Assert.InRange(x / mass, 12.5, 15.5);
        Assert.InRange(y / mass, 12.5, 15.5);
        Assert.All(Enumerable.Range(0, DigitWriter.Side), i => Assert.Equal(0, image[i]));
    }

    [Property]
    public void The_same_seed_writes_the_same_digit_on_a_used_desk(byte digit, ulong seed)
    {
        var used = new DigitWriter(new Hand());
        var first = Write(digit % 10, seed, used);
        Write((digit + 1) % 10, seed + 1, used);
        Assert.Equal(first, Write(digit % 10, seed, used));
        Assert.Equal(first, Write(digit % 10, seed));
    }

    [Fact]
    public void Each_digit_has_several_styles()
    {
        Assert.Equal(10, Glyphs.Styles.Count);
        Assert.All(Glyphs.Styles, styles => Assert.True(styles.Count >= 3));
        Assert.All(Glyphs.Styles.SelectMany(styles => styles).SelectMany(glyph => glyph.Strokes), stroke => Assert.True(stroke.Count >= 2));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1237)]
    public void Classes_come_equally_often(int count)
    {
        var (_, labels) = DrawnDigits.Draw(count, seed: 3, half: 1);
        var often = labels.As<byte>().CountBy(label => label).ToDictionary();
        Assert.Equal(10, often.Count);
        Assert.True(often.Values.Max() - often.Values.Min() <= 1);
    }

    [Fact]
    public void Each_label_is_the_digit_that_was_written()
    {
        var (images, labels) = DrawnDigits.Draw(50, seed: 7, half: 2);
        for (var i = 0; i < 50; i++)
        {
            var random = SplitMix64.Stream(7, 2, (ulong)i);
            var image = new byte[Pixels];
            new DigitWriter(new Hand()).Write(labels.As<byte>()[i], ref random, image);
            Assert.Equal(image, images.As<byte>()[(i * Pixels)..((i + 1) * Pixels)]);
        }
    }

    [Fact]
    public void Halves_and_seeds_differ()
    {
        var images = new[] { (1, 1), (1, 2), (2, 1) }.Select(at => DrawnDigits.Draw(20, at.Item1, at.Item2).Images.As<byte>()).ToArray();
        Assert.NotEqual(images[0], images[1]);
        Assert.NotEqual(images[0], images[2]);
    }

    [Fact]
    public void The_random_numbers_are_those_of_the_published_generator()
    {
        // The reference implementation's first outputs for state 1234567.
        var random = new SplitMix64(1234567);
        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            Enumerable.Range(0, 5).Select(_ => random.Next()));
    }

    [Fact]
    public void A_normal_number_has_the_mean_and_deviation_asked_for()
    {
        var random = new SplitMix64(5);
        var draws = Enumerable.Range(0, 20_000).Select(_ => random.Normal(2)).ToArray();
        Assert.InRange(draws.Average(), -0.05, 0.05);
        Assert.InRange(Math.Sqrt(draws.Average(draw => draw * draw)), 1.96, 2.04);
    }

    private static byte[] Write(int digit, ulong seed, DigitWriter? writer = null)
    {
        var image = new byte[Pixels];
        var random = SplitMix64.Stream(seed, 0, 0);
        (writer ?? new DigitWriter(new Hand())).Write(digit, ref random, image);
        return image;
    }
}

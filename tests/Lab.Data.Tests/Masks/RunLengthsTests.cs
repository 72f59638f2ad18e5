using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Lab.Data.Masks;

namespace Lab.Data.Tests.Masks;

public sealed class RunLengthsTests
{
    private static Arbitrary<(int H, int W, bool[] Mask)> Any => Arb.From(
        from height in Gen.Choose(1, 12)
        from width in Gen.Choose(1, 12)
        from seed in Gen.Choose(0, int.MaxValue)
        from share in Gen.Elements(0.0, 0.1, 0.5, 0.9, 1.0)
        select (height, width, Noise(height * width, seed, share)));

    private static bool[] Noise(int count, int seed, double share)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < share)];
    }

    [Property(MaxTest = 300)]
    public Property A_mask_comes_back_from_runs_and_from_packed_text() => Prop.ForAll(Any, c =>
    {
        var runs = RunLengths.Encode(c.Mask, c.H, c.W);
        Assert.Equal(c.Mask, runs.Decode());
        Assert.Equal(c.Mask, RunLengths.Of(c.H, c.W, runs.Counts).Decode());
        Assert.Equal(runs.Counts, RunLengths.Unpack(runs.Pack(), c.H, c.W).Counts);
    });

    [Property(MaxTest = 300)]
    public Property Area_and_box_are_those_of_the_mask() => Prop.ForAll(Any, c =>
    {
        var runs = RunLengths.Encode(c.Mask, c.H, c.W);
        Assert.Equal(c.Mask.Count(m => m), runs.Area);
        var places = Enumerable.Range(0, c.Mask.Length).Where(i => c.Mask[i]).Select(i => (X: i % c.W, Y: i / c.W)).ToList();
        var box = places.Count == 0
            ? default
            : new PixelBox(places.Min(p => p.X), places.Min(p => p.Y), places.Max(p => p.X) + 1, places.Max(p => p.Y) + 1);
        Assert.Equal(box, runs.Box());
    });

    [Property(MaxTest = 300)]
    public Property Masks_are_joined_and_met_pixel_by_pixel(int seed) => Prop.ForAll(Any, c =>
    {
        var other = Noise(c.Mask.Length, seed, 0.5);
        var (a, b) = (RunLengths.Encode(c.Mask, c.H, c.W), RunLengths.Encode(other, c.H, c.W));
        Assert.Equal(c.Mask.Zip(other, (x, y) => x || y), a.Or(b).Decode());
        Assert.Equal(c.Mask.Zip(other, (x, y) => x && y), a.And(b).Decode());
        Assert.Equal(RunLengths.Encode(a.And(b).Decode(), c.H, c.W).Counts, a.And(b).Counts);
    });

    /// <summary>Worked by hand from maskApi.c; pycocotools gives the same.</summary>
    [Fact]
    public void Runs_go_down_the_columns_and_pack_into_known_letters()
    {
        // Of 3 x 4: the second column whole, and the upper pixel of the third.
        bool[] mask = [false, true, true, false, false, true, false, false, false, true, false, false];
        var runs = RunLengths.Encode(mask, 3, 4);
        Assert.Equal([3u, 4u, 5u], runs.Counts);
        Assert.Equal("345", runs.Pack());
    }

    [Theory]
    [InlineData(new uint[] { 0, 16 }, "0`0")]             // 16 needs a second letter: its fifth bit would be a sign
    [InlineData(new uint[] { 5, 2, 7, 2 }, "5270")]       // from the fourth on, the difference from the run before the last
    [InlineData(new uint[] { 5, 9, 7, 2 }, "597I")]       // -7 is I
    [InlineData(new uint[] { 1000 }, "Xo0")]
    public void Packed_letters_are_those_of_the_format(uint[] counts, string text)
    {
        var total = (int)counts.Sum(c => c);
        Assert.Equal(text, RunLengths.Of(1, total, counts).Pack());
        Assert.Equal(counts, RunLengths.Unpack(text, 1, total).Counts);
    }

    [Fact]
    public void Wrong_runs_are_refused_with_what_was_wanted()
    {
        Assert.Contains("must add up to 2 x 3 = 6 pixels, got 5", Assert.Throws<ArgumentException>(() => RunLengths.Of(2, 3, [2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("must hold 2 x 3 pixels, got 5", Assert.Throws<ArgumentException>(() => RunLengths.Encode(new bool[5], 2, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("cut off or too long at letter 1", Assert.Throws<ArgumentException>(() => RunLengths.Unpack("X", 2, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("got 'z' at 1", Assert.Throws<ArgumentException>(() => RunLengths.Unpack("3z", 2, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("got -7 as run 0", Assert.Throws<ArgumentException>(() => RunLengths.Unpack("I", 2, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("must be a mask of 2 x 3, got 3 x 2", Assert.Throws<ArgumentException>(() => RunLengths.Of(2, 3, [6]).Or(RunLengths.Of(3, 2, [6]))).Message, StringComparison.Ordinal);
    }
}

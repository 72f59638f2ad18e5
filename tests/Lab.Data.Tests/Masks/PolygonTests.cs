using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Lab.Data.Masks;

namespace Lab.Data.Tests.Masks;

public sealed class PolygonTests
{
    private static Arbitrary<(int H, int W, bool[] Mask)> Any => Arb.From(
        from height in Gen.Choose(1, 10)
        from width in Gen.Choose(1, 10)
        from seed in Gen.Choose(0, int.MaxValue)
        from share in Gen.Elements(0.2, 0.5, 0.8, 1.0)
        select (height, width, Noise(height * width, seed, share)));

    private static bool[] Noise(int count, int seed, double share)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < share)];
    }

    [Property(MaxTest = 400)]
    public Property The_outline_of_a_mask_fills_to_the_mask_again() => Prop.ForAll(Any, c =>
    {
        var (outer, holes) = MaskOutline.Trace(c.Mask, c.H, c.W);
        var filled = RunLengths.OfPolygons(outer, c.H, c.W).Decode();
        var empty = RunLengths.OfPolygons(holes, c.H, c.W).Decode();
        // Parts may lie in the holes of others: count how many polygons hold a pixel.
        var depth = new int[c.Mask.Length];
        foreach (var polygon in outer.Concat(holes))
        {
            var inside = RunLengths.OfPolygons([polygon], c.H, c.W).Decode();
            for (var i = 0; i < depth.Length; i++)
                depth[i] += inside[i] ? 1 : 0;
        }
        Assert.Equal(c.Mask, depth.Select(d => d % 2 == 1));
        if (holes.Count == 0)
            Assert.Equal(c.Mask, filled);
        Assert.All(Enumerable.Range(0, depth.Length), i => Assert.True(!empty[i] || filled[i]));
    });

    [Property(MaxTest = 200)]
    public Property A_polygon_has_about_the_pixels_whose_middle_it_holds() => Prop.ForAll(
        Arb.From(
            from seed in Gen.Choose(0, int.MaxValue)
            from corners in Gen.Choose(3, 7)
            select (seed, corners)),
        c =>
        {
            // A convex polygon: points of an ellipse in order. COCO's rule may differ from the middle's by the pixels on the edge.
            var random = new Random(c.seed);
            var angles = Enumerable.Range(0, c.corners).Select(_ => random.NextDouble() * 2 * Math.PI).Order().ToArray();
            var (cx, cy, rx, ry) = (10 + random.NextDouble(), 10 + random.NextDouble(), 3 + (6 * random.NextDouble()), 3 + (6 * random.NextDouble()));
            var polygon = angles.SelectMany(a => new[] { cx + (rx * Math.Cos(a)), cy + (ry * Math.Sin(a)) }).ToArray();
            var filled = RunLengths.OfPolygons([polygon], 20, 20).Decode();
            for (var y = 0; y < 20; y++)
            {
                for (var x = 0; x < 20; x++)
                {
                    var distance = SignedDistance(polygon, x + 0.5, y + 0.5);
                    if (Math.Abs(distance) > 0.75)
                        Assert.Equal(distance < 0, filled[(20 * y) + x]);
                }
            }
        });

    [Fact]
    public void A_box_along_the_edges_of_pixels_holds_exactly_those_pixels()
    {
        var runs = RunLengths.OfPolygons([[1, 1, 4, 1, 4, 3, 1, 3]], 5, 6);
        Assert.Equal(6, runs.Area);
        Assert.Equal(new PixelBox(1, 1, 4, 3), runs.Box());
    }

    [Fact]
    public void Polygons_are_joined_and_cut_at_the_picture()
    {
        var runs = RunLengths.OfPolygons([[-3, -3, 2, -3, 2, 2, -3, 2], [1, 1, 99, 1, 99, 99, 1, 99]], 4, 4);
        Assert.Equal(4 + 9 - 1, runs.Area);
    }

    [Fact]
    public void Wrong_polygons_are_refused()
    {
        Assert.Contains("got 4 numbers", Assert.Throws<ArgumentException>(() => RunLengths.OfPolygons([[0, 0, 1, 1]], 4, 4)).Message, StringComparison.Ordinal);
        Assert.Contains("got 7 numbers", Assert.Throws<ArgumentException>(() => RunLengths.OfPolygons([[0, 0, 1, 1, 2, 2, 3]], 4, 4)).Message, StringComparison.Ordinal);
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => RunLengths.OfPolygons([[0, 0, 1, double.NaN, 2, 2]], 4, 4)).Message, StringComparison.Ordinal);
    }

    private static double SignedDistance(double[] polygon, double x, double y)
    {
        var (nearest, inside) = (double.MaxValue, false);
        for (int i = 0, j = polygon.Length - 2; i < polygon.Length; j = i, i += 2)
        {
            var (ax, ay, bx, by) = (polygon[i], polygon[i + 1], polygon[j], polygon[j + 1]);
            var (dx, dy) = (bx - ax, by - ay);
            var t = Math.Clamp((((x - ax) * dx) + ((y - ay) * dy)) / Math.Max(1e-12, (dx * dx) + (dy * dy)), 0, 1);
            nearest = Math.Min(nearest, Math.Sqrt(Math.Pow(x - ax - (t * dx), 2) + Math.Pow(y - ay - (t * dy), 2)));
            if (ay > y != by > y && x < ((bx - ax) * (y - ay) / (by - ay)) + ax)
                inside = !inside;
        }
        return inside ? -nearest : nearest;
    }
}

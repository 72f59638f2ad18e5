namespace Lab.Data.ShapeScenes;

/// <summary>A painted scene: what a camera sees, and for every pixel what it is and how far away.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Pixels">Red, green, blue, <c>[H, W, 3]</c>.</param>
/// <param name="Owners">The object that has most of the pixel, counted from 1, 0 for none, <c>[H, W]</c>.</param>
/// <param name="Mixed">Whether the pixel is of two things at once, <c>[H, W]</c>.</param>
/// <param name="Depths">Distance in 1/256 metre, 0 where there is none, <c>[H, W]</c>.</param>
/// <param name="Below">Whether the pixel lies below the horizon, <c>[H, W]</c>.</param>
/// <param name="Bodies">The objects, nearest first.</param>
internal sealed record PaintedScene(
    int Height, int Width, byte[] Pixels, int[] Owners, bool[] Mixed, ushort[] Depths, bool[] Below, IReadOnlyList<SceneBody> Bodies);

/// <summary>Paints stages with sixteen samples a pixel.</summary>
internal static class ScenePainter
{
    private const int Grid = 4;
    private const int Samples = Grid * Grid;
    private const double Grain = 2.4;                      // deviation of a pixel's grey, of 255
    private const int FewestPixels = 14;
    private const double LeastSeen = 0.3;

    /// <summary>Draws a stage and paints it; objects of which hardly anything is seen are taken away first.</summary>
    public static PaintedScene Draw(int height, int width, ref SplitMix64 random)
    {
        var stage = Stage.Draw(height, width, ref random);
        var backdrop = new Backdrop(height, width, ref random);
        while (Hidden(stage, height, width) is { Count: > 0 } hidden)
            stage = stage.Without(hidden);
        return Paint(stage, backdrop, height, width, ref random);
    }

    private static List<SceneBody> Hidden(Stage stage, int height, int width)
    {
        var (whole, seen) = (new int[stage.Bodies.Count], new int[stage.Bodies.Count]);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var covered = false;
                for (var i = 0; i < stage.Bodies.Count; i++)
                {
                    var at = stage.Bodies[i].ToFrame(x + 0.5, y + 0.5);
                    if (!ShapeOutline.Contains(stage.Bodies[i].Kind, at.X, at.Y))
                        continue;
                    whole[i]++;
                    seen[i] += covered ? 0 : 1;
                    covered = true;
                }
            }
        }
        return [.. stage.Bodies.Where((_, i) => seen[i] < FewestPixels || seen[i] < LeastSeen * whole[i])];
    }

    private static PaintedScene Paint(Stage stage, Backdrop backdrop, int height, int width, ref SplitMix64 random)
    {
        var count = height * width;
        var scene = new PaintedScene(
            height, width, new byte[3 * count], new int[count], new bool[count], new ushort[count], new bool[count], stage.Bodies);
        var votes = new int[stage.Bodies.Count + 1];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = (y * width) + x;
                Array.Clear(votes);
                var sum = default(Rgb);
                for (var sample = 0; sample < Samples; sample++)
                {
                    var (u, v) = (x + (((sample % Grid) + 0.5) / Grid), y + (((sample / Grid) + 0.5) / Grid));
                    sum += Look(stage, backdrop, u, v, out var owner);
                    votes[owner]++;
                }
                var most = Winner(votes);
                scene.Owners[pixel] = most;
                scene.Mixed[pixel] = votes[most] < Samples;
                scene.Below[pixel] = y + 0.5 >= stage.Horizon;
                scene.Depths[pixel] = Depth(stage, most, y + 0.5);
                var grain = random.Normal(Grain);
                (scene.Pixels[3 * pixel], scene.Pixels[(3 * pixel) + 1], scene.Pixels[(3 * pixel) + 2]) =
                    (Byte((sum.R / Samples) + grain), Byte((sum.G / Samples) + grain), Byte((sum.B / Samples) + grain));
            }
        }
        return scene;
    }

    private static Rgb Look(Stage stage, Backdrop backdrop, double x, double y, out int owner)
    {
        for (var i = 0; i < stage.Bodies.Count; i++)
        {
            var body = stage.Bodies[i];
            var at = body.ToFrame(x, y);
            if (!ShapeOutline.Contains(body.Kind, at.X, at.Y))
                continue;
            owner = i + 1;
            return body.Ink.At(at.X, at.Y);
        }
        owner = 0;
        return backdrop.At(x, y, stage.Horizon);
    }

    // Of equals, an object before the background, and the nearer of two objects.
    private static int Winner(int[] votes)
    {
        var winner = 0;
        for (var i = votes.Length - 1; i > 0; i--)
            winner = votes[i] > 0 && votes[i] >= votes[winner] ? i : winner;
        return winner;
    }

    private static ushort Depth(Stage stage, int owner, double y)
    {
        var metres = owner > 0 ? stage.Bodies[owner - 1].Depth : y > stage.Horizon ? stage.GroundDepth(y) : 0;
        return (ushort)Math.Floor((256 * metres) + 0.5);
    }

    private static byte Byte(double value) => (byte)Math.Clamp(Math.Floor(value + 0.5), 0, 255);
}

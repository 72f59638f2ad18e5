using Lab.Data.Handwriting;

namespace Lab.Data.ShapeScenes;

/// <summary>The camera over a flat ground, and what stands on it: where an object's foot is says how far away it is.</summary>
internal sealed class Stage
{
    /// <summary>Metres beyond which nothing is measured.</summary>
    public const double Farthest = 80;

    private const double Camera = 1.6;                    // metres above the ground
    private const int MostTries = 200;
    private readonly int height, width;
    private readonly double focal;                        // pixels

    private Stage(int height, int width, double horizon)
    {
        (this.height, this.width, Horizon) = (height, width, horizon);
        focal = 0.9 * height;
    }

    /// <summary>The row, in pixels from the top, in which the ground ends.</summary>
    public double Horizon { get; }

    /// <summary>The objects, nearest first.</summary>
    public IReadOnlyList<SceneBody> Bodies { get; private set; } = [];

    /// <summary>Metres to the ground in a row below the horizon.</summary>
    public double GroundDepth(double y) => Math.Min(Farthest, focal * Camera / (y - Horizon));

    /// <summary>Puts two to six objects on the ground or into the air, some in front of each other, some side by side.</summary>
    public static Stage Draw(int height, int width, ref SplitMix64 random)
    {
        var stage = new Stage(height, width, height * random.Between(0.26, 0.42));
        var bodies = new List<SceneBody>();
        var wanted = 2 + random.Below(4);
        for (var tries = 0; bodies.Count < wanted && tries < MostTries; tries++)
        {
            var body = stage.Place(ref random);
            if (bodies.Exists(other => (other.Middle - body.Middle).Length < 0.6 * Math.Max(other.Reach, body.Reach)))
                continue;
            bodies.Add(body);
            if (random.Below(4) == 0)
                bodies.Add(stage.InFrontOf(body, ref random));
            else if (random.Below(4) == 0)
                bodies.Add(stage.Beside(body, ref random));
        }
        if (random.Below(7) == 0)
            bodies.Add(stage.Heap(ref random));
        stage.Bodies = [.. bodies.OrderBy(body => body.Depth)];
        return stage;
    }

    /// <summary>The same stage without some of its objects.</summary>
    public Stage Without(IReadOnlyCollection<SceneBody> bodies) =>
        new(height, width, Horizon) { Bodies = [.. Bodies.Where(body => !bodies.Contains(body))] };

    private SceneBody Place(ref SplitMix64 random)
    {
        var kind = (ShapeKind)(1 + random.Below(5));
        var foot = Math.Min(height - 1.0, Horizon + (height * random.Between(0.24, 0.62)));
        var depth = GroundDepth(foot);
        var reach = Math.Clamp(focal * random.Between(0.4, 0.85) / depth, 0.085 * height, 0.24 * height);
        var lift = random.Below(5) < 2 ? random.Between(0.1, 1.5) * focal / depth : 0;
        var turn = Turned(kind, ref random);
        var y = Math.Max(0.3 * reach, foot - (reach * ShapeOutline.Foot(kind)) - lift);
        return new(kind, new(width * random.Between(0.04, 0.96), y), reach, turn, depth, Ink.Draw(ref random));
    }

    private static SceneBody InFrontOf(SceneBody behind, double scale, Point shift, ref SplitMix64 random)
    {
        var kind = (ShapeKind)(1 + random.Below(5));
        return new(kind, behind.Middle + shift, scale * behind.Reach, Turned(kind, ref random), behind.Depth * 0.96, Ink.Draw(ref random));
    }

    // A small one in the middle of a large one: in a ring, it lies in the hole.
    private SceneBody InFrontOf(SceneBody behind, ref SplitMix64 random)
    {
        var scale = Math.Max(random.Between(0.36, 0.46), 0.07 * height / behind.Reach);
        return InFrontOf(behind, scale, new(random.Normal(0.06 * behind.Reach), random.Normal(0.06 * behind.Reach)), ref random);
    }

    private SceneBody Beside(SceneBody first, ref SplitMix64 random)
    {
        var scale = random.Between(0.7, 1.1);
        var apart = 0.9 * (1 + scale) * first.Reach;
        var toTheRight = first.Middle.X < width / 2.0;
        var body = InFrontOf(first, scale, new(toTheRight ? apart : -apart, 0), ref random);
        return body with { Depth = first.Depth * 0.99 };
    }

    private SceneBody Heap(ref SplitMix64 random)
    {
        var foot = Math.Min(height - 1.0, Horizon + (height * random.Between(0.3, 0.6)));
        var reach = height * random.Between(0.17, 0.22);
        return new(
            ShapeKind.Heap, new(width * random.Between(0.15, 0.85), foot - (0.62 * reach)), reach, new(1, 0), GroundDepth(foot),
            Ink.Draw(ref random) with { Pattern = 0 });
    }

    // tan(θ/2) gives cosine and sine by arithmetic alone. Corners keep their names: none is turned into the next one's place.
    private static Point Turned(ShapeKind kind, ref SplitMix64 random)
    {
        var most = kind switch { ShapeKind.Star => 0.2, ShapeKind.Square => 0.28, _ => 0.36 };
        var half = random.Between(-most, most);
        return new((1 - (half * half)) / (1 + (half * half)), 2 * half / (1 + (half * half)));
    }
}

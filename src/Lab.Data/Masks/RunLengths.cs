namespace Lab.Data.Masks;

/// <summary>A mask as COCO keeps it: how many pixels are out, in, out, ... going down the columns from the upper left.</summary>
/// <remarks>
/// The same numbers as <c>pycocotools.mask</c> gives, packed into text or not, from a mask or from polygons. Source: the COCO API,
/// <c>common/maskApi.c</c> (Dollár, Lin 2014).
/// </remarks>
public sealed class RunLengths
{
    private readonly uint[] counts;

    private RunLengths(int height, int width, uint[] counts) => (Height, Width, this.counts) = (height, width, counts);

    /// <summary>Rows of the mask.</summary>
    public int Height { get; }

    /// <summary>Columns of the mask.</summary>
    public int Width { get; }

    /// <summary>The lengths of the runs, the first of them outside of the mask and possibly 0.</summary>
    public IReadOnlyList<uint> Counts => counts;

    /// <summary>Pixels in the mask.</summary>
    public long Area
    {
        get
        {
            var area = 0L;
            for (var i = 1; i < counts.Length; i += 2)
                area += counts[i];
            return area;
        }
    }

    /// <summary>Runs that are known, as in COCO's files for crowds.</summary>
    /// <exception cref="ArgumentException">They do not add up to the number of pixels.</exception>
    public static RunLengths Of(int height, int width, IReadOnlyList<uint> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        RequireSize(height, width);
        var sum = counts.Aggregate(0L, (total, run) => total + run);
        return sum == (long)height * width
            ? new(height, width, [.. counts])
            : throw new ArgumentException($"counts must add up to {height} x {width} = {(long)height * width} pixels, got {sum}.", nameof(counts));
    }

    /// <summary>The runs of a mask.</summary>
    /// <param name="mask">Row by row, <c>[H, W]</c>.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <exception cref="ArgumentException">Another number of pixels.</exception>
    public static RunLengths Encode(ReadOnlySpan<bool> mask, int height, int width)
    {
        RequireSize(height, width);
        if (mask.Length != height * width)
            throw new ArgumentException($"mask must hold {height} x {width} pixels, got {mask.Length}.", nameof(mask));
        var runs = new List<uint>();
        var (inside, run) = (false, 0u);
        for (var x = 0; x < width; x++)
        {
            for (var y = 0; y < height; y++)
            {
                if (mask[(y * width) + x] != inside)
                {
                    runs.Add(run);
                    (inside, run) = (!inside, 0);
                }
                run++;
            }
        }
        runs.Add(run);
        return new(height, width, [.. runs]);
    }

    /// <summary>The mask, row by row, <c>[H, W]</c>.</summary>
    public bool[] Decode()
    {
        var mask = new bool[Height * Width];
        var at = 0L;
        for (var i = 0; i < counts.Length; at += counts[i], i++)
        {
            for (var p = at; i % 2 == 1 && p < at + counts[i]; p++)
                mask[(p % Height * Width) + (p / Height)] = true;
        }
        return mask;
    }

    /// <summary>COCO's packed text: differences of runs in base 32, six bits a letter.</summary>
    public string Pack() => PackedRuns.Pack(counts);

    /// <summary>Reads packed text.</summary>
    /// <exception cref="ArgumentException">No such text, or runs that do not add up to the number of pixels.</exception>
    public static RunLengths Unpack(string text, int height, int width) => Of(height, width, PackedRuns.Unpack(text));

    /// <summary>The pixels inside of any of several polygons, by COCO's own rule.</summary>
    /// <param name="polygons">Each as x, y, x, y, ...; six numbers or more.</param>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    /// <exception cref="ArgumentException">A polygon with an odd number of coordinates, fewer than six, or one that is not finite.</exception>
    public static RunLengths OfPolygons(IReadOnlyList<IReadOnlyList<double>> polygons, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(polygons);
        RequireSize(height, width);
        return polygons.Count == 0
            ? new(height, width, [(uint)(height * width)])
            : polygons.Select(polygon => new RunLengths(height, width, PolygonRuns.Of(polygon, height, width))).Aggregate((a, b) => a.Or(b));
    }

    /// <summary>The pixels in either mask.</summary>
    /// <exception cref="ArgumentException">A mask of another size.</exception>
    public RunLengths Or(RunLengths other) => Merge(other, (a, b) => a || b);

    /// <summary>The pixels in both masks.</summary>
    /// <exception cref="ArgumentException">A mask of another size.</exception>
    public RunLengths And(RunLengths other) => Merge(other, (a, b) => a && b);

    /// <summary>The smallest box around the mask; all 0 for an empty one.</summary>
    public PixelBox Box()
    {
        var (left, top, right, bottom) = (long.MaxValue, long.MaxValue, -1L, -1L);
        var at = 0L;
        for (var i = 0; i < counts.Length; at += counts[i], i++)
        {
            if (i % 2 == 0 || counts[i] == 0)
                continue;
            var last = at + counts[i] - 1;
            (left, right) = (Math.Min(left, at / Height), Math.Max(right, last / Height));
            var oneColumn = at / Height == last / Height;
            top = Math.Min(top, oneColumn ? at % Height : 0);
            bottom = Math.Max(bottom, oneColumn ? last % Height : Height - 1);
        }
        return right < 0 ? default : new(left, top, right + 1, bottom + 1);
    }

    private RunLengths Merge(RunLengths other, Func<bool, bool, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Height != Height || other.Width != Width)
            throw new ArgumentException($"other must be a mask of {Height} x {Width}, got {other.Height} x {other.Width}.", nameof(other));
        var runs = new List<uint>();
        var (i, j, leftOfA, leftOfB, inside, run) = (0, 0, (long)counts[0], (long)other.counts[0], false, 0L);
        for (var left = (long)Height * Width; left > 0;)
        {
            while (leftOfA == 0)
                leftOfA = counts[++i];
            while (leftOfB == 0)
                leftOfB = other.counts[++j];
            var step = Math.Min(leftOfA, leftOfB);
            if (keep(i % 2 == 1, j % 2 == 1) != inside)
            {
                runs.Add((uint)run);
                (inside, run) = (!inside, 0);
            }
            (run, leftOfA, leftOfB, left) = (run + step, leftOfA - step, leftOfB - step, left - step);
        }
        runs.Add((uint)run);
        return new(Height, Width, [.. runs]);
    }

    private static void RequireSize(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if ((long)height * width > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(height), height, $"height times width must stay below 2^31, got {height} x {width}.");
    }
}

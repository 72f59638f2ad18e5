using Lab.Core.Kernels;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

/// <summary>How far each pixel is from a region, exactly: what losses and metrics of boundaries measure with.</summary>
public static class DistanceTransform
{
    private const long CachedTerms = 1 << 18;                             // of a block that is worked on at once: on the CPU,
    private const long ParallelTerms = 1 << 24;                           // and where many are worked on at the same time
    private const long ExactInFloat32 = 1 << 24;                          // whole numbers up to here

    /// <summary>The Euclidean distance from each pixel to the nearest one of a region.</summary>
    /// <remarks>
    /// <para>Formula: <c>d(x, y) = min √((x - u)² + (y - v)²)</c> over the region's pixels (u, v), in pixels: 0 on the region, +∞
    /// everywhere where there is none. It is exact, and separates: <c>g(x, v) = min |x - u|</c> along the columns, then
    /// <c>d² = min (g(x, v)² + (y - v)²)</c> along the rows.</para>
    /// <para>Gradient: none; the region is true or false.</para>
    /// <para>Numerics: squares are whole numbers and exact, up to the last root.</para>
    /// <para>On the CPU the second step is the lower envelope of parabolas, in one sweep along each row (Felzenszwalb and Huttenlocher
    /// 2012): as much work as there are pixels. It is a sequential algorithm, which has no form on a GPU; there each row is compared with
    /// all its shifted parabolas, W times the work, in parallel. Results live where the inputs do.</para>
    /// <para>Oracle: all pairs of pixels. SciPy's <c>distance_transform_edt</c> measures the distance to the nearest 0: it is this of the
    /// inverted mask.</para>
    /// </remarks>
    /// <param name="mask">True on the region, <c>[..., H, W]</c>, boolean: any number of maps.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <returns>Distances in pixels, the shape of <paramref name="mask"/>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static Tensor Euclidean(Tensor mask, ScalarType dtype = ScalarType.Float32)
    {
        RequireMaps(mask);
        RequireDtype(dtype);

        using var scope = NewDisposeScope();
        var distances = mask.numel() == 0 ? empty(mask.shape, dtype: dtype, device: mask.device)
            : mask.device_type == DeviceType.CPU && Forms.Asked != Form.Readable ? EnvelopeKernel.Of(mask, dtype)
            : Squares(mask).sqrt().to(dtype);
        return distances.MoveToOuterDisposeScope();
    }

    /// <summary>The signed distance from each pixel to the boundary of a region: negative inside, positive outside.</summary>
    /// <remarks>
    /// <para>Formula: <c>d - ½</c> outside and <c>-(d - ½)</c> inside, with d the <see cref="Euclidean"/> distance to the nearest pixel on
    /// the other side: the boundary runs halfway between pixels, and the map of the inverted mask is minus this one. Kervadec's code
    /// takes d outside and <c>-(d - 1)</c> inside, which is ½ more everywhere.</para>
    /// <para>A map that is all region, or has none, has no boundary: 0 everywhere.</para>
    /// <para>Pixels that do not count are on neither side: nothing is measured to them, and they are 0.</para>
    /// <para>Oracle: all pairs of pixels.</para>
    /// </remarks>
    /// <param name="mask">True on the region, <c>[..., H, W]</c>, boolean.</param>
    /// <param name="valid">True where a pixel counts, of a shape that broadcasts to the mask's; none means everywhere.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <returns>Distances in pixels, the shape of <paramref name="mask"/>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static Tensor SignedEuclidean(Tensor mask, Tensor? valid = null, ScalarType dtype = ScalarType.Float32)
    {
        RequireMaps(mask);
        RequireDtype(dtype);
        if (valid is not null)
        {
            Require.Mask(valid);
            Require.BroadcastsTo(valid, mask);
            Require.SameDevice(valid, mask);
        }

        using var scope = NewDisposeScope();
        var (inside, outside) = (mask, mask.logical_not());
        if (valid is not null)
            (inside, outside) = (inside.logical_and(valid), outside.logical_and(valid));
        var away = where(inside, Euclidean(outside, ScalarType.Float64), Euclidean(inside, ScalarType.Float64));
        var distances = (away - 0.5).masked_fill(away.isinf().logical_or(inside.logical_or(outside).logical_not()), 0);
        return where(inside, -distances, distances).to(dtype).MoveToOuterDisposeScope();
    }

    private static void RequireMaps(Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.dtype != ScalarType.Bool)
            throw new ArgumentException($"mask must be boolean, true on the region, got {mask.dtype}.", nameof(mask));
        if (mask.dim() < 2)
            throw Require.BadShape(mask, "[..., H, W]");
    }

    private static void RequireDtype(ScalarType dtype)
    {
        if (dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"dtype must be Float32 or Float64, got {dtype}.", nameof(dtype));
    }

    /// <summary>Squared distances in float64. They are whole numbers; for maps of usual size those of float32 reach far enough.</summary>
    private static Tensor Squares(Tensor mask)
    {
        var (height, width) = (mask.size(-2), mask.size(-1));
        var dtype = height * height + width * width < ExactInFloat32 ? ScalarType.Float32 : ScalarType.Float64;
        var maps = mask.reshape(-1, height, width).to(dtype);             // [N, H, W]
        var squares = 1 / maps - 1;                                       // 0 on the region, ∞ elsewhere
        return Lowest(Lowest(squares.transpose(1, 2)).transpose(1, 2)).reshape(mask.shape).to(ScalarType.Float64);
    }

    /// <summary><c>min over v of f(v) + (y - v)²</c> along the last dimension, some rows at a time.</summary>
    private static Tensor Lowest(Tensor values)
    {
        var width = values.size(-1);
        var rows = values.reshape(-1, 1, width);                          // [R, 1, W]
        var places = arange(width, dtype: values.dtype, device: values.device);
        var parabolas = (places.unsqueeze(1) - places).square();          // [W, W]
        var result = empty([rows.size(0), width], dtype: values.dtype, device: values.device);
        var block = Math.Max(1, (values.device_type == DeviceType.CPU ? CachedTerms : ParallelTerms) / (width * width));
        for (var start = 0L; start < rows.size(0); start += block)
        {
            using var step = NewDisposeScope();
            var count = Math.Min(block, rows.size(0) - start);
            result.narrow(0, start, count).copy_((rows.narrow(0, start, count) + parabolas).amin([2]));
        }
        return result.reshape(values.shape);
    }
}

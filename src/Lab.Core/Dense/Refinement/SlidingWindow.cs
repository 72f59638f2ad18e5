using Lab.Core.Runtime;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Core.Dense;

/// <summary>How much each pixel of a window counts where windows overlap.</summary>
public enum WindowBlend
{
    /// <summary>A bell, <c>exp(-½·((i - middle)/(n/8))²)</c> along each side: the edge counts hardly at all.</summary>
    Gaussian,

    /// <summary>A half wave, <c>sin²(π·(i + ½)/n)</c> along each side: two that overlap by half sum to 1.</summary>
    Hann,

    /// <summary>All pixels the same: seams stay where windows end.</summary>
    Uniform,
}

public static partial class Refine
{
    /// <summary>Asks a network about a large picture window by window, and blends the answers where windows overlap.</summary>
    /// <remarks>
    /// <para>Formula: <c>p[y, x] = Σ_w g_w[y, x]·p_w[y, x] / Σ_w g_w[y, x]</c> over the windows w that hold the pixel, with the probabilities
    /// <c>p_w</c> of each and the weight g of <paramref name="blend"/>. Along a side the windows stand evenly, the first at one end and the last
    /// at the other, no further apart than <c>⌊n·(1 - overlap)⌋</c> (and one pixel at least), as few as that allows: no pixel is left out.</para>
    /// <para>At the edge of a window a network sees less of what is around, and is wrong more often; with
    /// <see cref="WindowBlend.Uniform"/> weights that shows as seams.</para>
    /// <para>Gradient: none, and none is kept; the model runs without a graph. Put it into evaluation mode before.</para>
    /// <para>Numerics: weights are positive everywhere, and summed in float32 or better. Memory: the result, and
    /// <paramref name="windowsAtOnce"/> windows.</para>
    /// <para>A picture shorter than a window gets zeros below and to the right, which are cut off again.</para>
    /// <para>The result's logarithm is a logit again (its softmax is the result): <c>x => SlidingWindow(model, x, 256, 256).log()</c> is a
    /// model for <see cref="TestTimeAugmentation"/>.</para>
    /// <para>Oracle: the definition, window by window; the whole picture, for a model that looks at each pixel by itself. Source: Ronneberger
    /// et al. 2015 (overlapping tiles), Isensee et al. 2021 (Gaussian weights).</para>
    /// </remarks>
    /// <param name="model">Maps windows <c>[N, C, height, width]</c> to logits <c>[N, K, h, w]</c>; other sizes are resized to the window's.</param>
    /// <param name="images"><c>[B, C, H, W]</c>, floating point.</param>
    /// <param name="height">Height of a window, positive.</param>
    /// <param name="width">Width of a window, positive.</param>
    /// <param name="overlap">The share of a window that its neighbour sees too, at least, in [0, 1).</param>
    /// <param name="blend">How much each pixel of a window counts.</param>
    /// <param name="windowsAtOnce">How many windows the model is given at a time, at most; positive.</param>
    /// <param name="activation">What makes of logits something that may be averaged; null is the softmax over K.</param>
    /// <returns>Probabilities <c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, size or share other than those above, or a model that answers in another
    /// shape.</exception>
    public static Tensor SlidingWindow(
        Func<Tensor, Tensor> model, Tensor images, long height, long width, double overlap = 0.5, WindowBlend blend = WindowBlend.Gaussian,
        long windowsAtOnce = 8, Func<Tensor, Tensor>? activation = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ImageShapes.RequireImages(images);
        Require.Positive(height);
        Require.Positive(width);
        Require.Fraction(overlap);
        if (!Enum.IsDefined(blend))
            throw new ArgumentOutOfRangeException(nameof(blend), blend, "Must be Gaussian, Hann or Uniform.");
        Require.Positive(windowsAtOnce);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (below, right) = (Math.Max(0, height - images.size(2)), Math.Max(0, width - images.size(3)));
        var padded = below + right == 0 ? images : F.pad(images, [0, right, 0, below]);
        var (tops, lefts) = (Starts(padded.size(2), height, overlap), Starts(padded.size(3), width, overlap));
        var (down, across) = (Profile(height, blend), Profile(width, blend));
        var windows =
            (from b in Enumerable.Range(0, (int)images.size(0)) from top in tops from left in lefts select (Image: b, Top: top, Left: left)).ToArray();

        Tensor? sum = null, weight = null;
        var dtype = images.dtype;
        foreach (var some in windows.Chunk((int)Math.Min(windowsAtOnce, int.MaxValue)).DefaultIfEmpty([]))
        {
            using var few = NewDisposeScope();
            var batch = some.Length == 0                                  // no images: the model still says how many classes there are
                ? padded.narrow(2, 0, height).narrow(3, 0, width)
                : stack([.. some.Select(w => padded[w.Image].narrow(1, w.Top, height).narrow(2, w.Left, width))]);
            var answers = DenseLayers.ToSize(Answer(model, batch, activation), height, width);
            dtype = answers.dtype;
            var real = dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
            weight ??= (tensor(down, real, images.device).unsqueeze(1) * tensor(across, real, images.device)).MoveToOuterDisposeScope();
            sum ??= zeros([images.size(0), answers.size(1), padded.size(2), padded.size(3)], real, images.device).MoveToOuterDisposeScope();
            var weighted = answers.to(real) * weight;
            for (var i = 0; i < some.Length; i++)
                sum[some[i].Image].narrow(1, some[i].Top, height).narrow(2, some[i].Left, width).add_(weighted[i]);
        }
        var total = tensor(Summed(down, tops, padded.size(2)), sum!.dtype, images.device).unsqueeze(1)
            * tensor(Summed(across, lefts, padded.size(3)), sum.dtype, images.device);
        return (sum / total).narrow(2, 0, images.size(2)).narrow(3, 0, images.size(3)).to(dtype).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Where windows begin along a side.</summary>
    private static long[] Starts(long side, long window, double overlap)
    {
        var (room, step) = (side - window, Math.Max(1, (long)(window * (1 - overlap))));
        var gaps = (room + step - 1) / step;
        return [.. Range(gaps + 1).Select(i => gaps == 0 ? 0 : (2 * i * room + gaps) / (2 * gaps))];
    }

    /// <summary>The weights along one side of a window.</summary>
    private static double[] Profile(long window, WindowBlend blend) => [.. Range(window).Select(i => blend switch
    {
        WindowBlend.Gaussian => Math.Exp(-0.5 * Math.Pow((i - (window - 1) / 2.0) / (window / 8.0), 2)),
        WindowBlend.Hann => Math.Pow(Math.Sin(Math.PI * (i + 0.5) / window), 2),
        _ => 1,
    })];

    /// <summary>The weights of all windows added up, along one side: the sum over both sides is the product of the two.</summary>
    private static double[] Summed(double[] profile, long[] starts, long side)
    {
        var sum = new double[side];
        foreach (var start in starts)
            for (var i = 0; i < profile.Length; i++)
                sum[start + i] += profile[i];
        return sum;
    }

    private static IEnumerable<long> Range(long count) => Enumerable.Range(0, (int)count).Select(i => (long)i);
}

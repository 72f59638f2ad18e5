using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

/// <summary>The mirrors in which a picture is looked at beside itself.</summary>
[Flags]
public enum Flips
{
    /// <summary>None: the picture as it is.</summary>
    None = 0,

    /// <summary>Left and right exchanged, as in a mirror on the wall.</summary>
    Horizontal = 1,

    /// <summary>Up and down exchanged: for pictures without an up, from satellites or microscopes.</summary>
    Vertical = 2,

    /// <summary>Both, each by itself and together: four views.</summary>
    Both = Horizontal | Vertical,
}

/// <summary>What makes a trained network's answer better without training: more looks at the picture, and its colours.</summary>
public static partial class Refine
{
    /// <summary>Asks a network about a picture at several sizes and mirrored, and means the answers.</summary>
    /// <remarks>
    /// <para>Formula: <c>p = 1/|V| · Σ_v v⁻¹(softmax(model(v(x))))</c> over the views v, each scale with each mirror. A view is resized and
    /// then mirrored; its <b>probabilities</b> are mirrored back and resized to the size of <paramref name="images"/>. Without the inverse,
    /// left and right are added up, which raises no error.</para>
    /// <para>Probabilities and not logits: a mean of logits is a geometric mean of probabilities, where one view that is sure of being
    /// wrong outvotes the others, and what a network's logits are sure of differs from scale to scale.</para>
    /// <para>Gradient: none, and none is kept; the model runs without a graph. Put it into evaluation mode before.</para>
    /// <para>Numerics: bilinear weights sum to 1, so do the probabilities. Views come one after the other: memory is that of the largest.</para>
    /// <para>Oracle: the definition, view by view. Source: seen in Chen et al. 2017 (DeepLabv3), section 4.1, and most results on leaderboards.</para>
    /// </remarks>
    /// <param name="model">Maps images <c>[B, C, h, w]</c> to logits <c>[B, K, h', w']</c> of any size: <c>network.call</c>.</param>
    /// <param name="images"><c>[B, C, H, W]</c>, floating point.</param>
    /// <param name="scales">Factors of both sides, positive; null means 1 alone. A factor that is there twice counts twice.</param>
    /// <param name="flips">The mirrors.</param>
    /// <param name="divisor">Sides of views are rounded to multiples of it (to 1 of them at least), for networks that ask for that.</param>
    /// <param name="activation">What makes of logits something that may be averaged; null is the softmax over K. The sigmoid for labels that do not
    /// exclude each other, nothing (<c>z => z</c>) for depths.</param>
    /// <returns>Probabilities <c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or factor other than those above, or a model that answers in another shape.</exception>
    public static Tensor TestTimeAugmentation(
        Func<Tensor, Tensor> model, Tensor images, IReadOnlyList<double>? scales = null, Flips flips = Flips.Horizontal, long divisor = 1,
        Func<Tensor, Tensor>? activation = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ImageShapes.RequireImages(images);
        scales ??= [1];
        if (scales.Count == 0)
            throw new ArgumentException("scales must hold at least one factor, got none.", nameof(scales));
        foreach (var scale in scales)
            Require.Positive(scale, nameof(scales));
        if ((flips & ~Flips.Both) != 0)
            throw new ArgumentOutOfRangeException(nameof(flips), flips, "Must be none, horizontal, vertical or both.");
        Require.Positive(divisor);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (height, width) = (images.size(2), images.size(3));
        var mirrors = Mirrors(flips);
        Tensor? sum = null;
        foreach (var scale in scales)
        {
            foreach (var mirror in mirrors)
            {
                using var view = NewDisposeScope();
                var resized = DenseLayers.ToSize(images, Side(height, scale, divisor), Side(width, scale, divisor));
                var answer = Answer(model, Mirrored(resized, mirror), activation);
                var back = DenseLayers.ToSize(Mirrored(answer, mirror), height, width);
                sum ??= zeros_like(back).MoveToOuterDisposeScope();
                sum.add_(back);
            }
        }
        return (sum! / (scales.Count * mirrors.Count)).MoveToOuterDisposeScope();
    }

    /// <summary>What a model says of a batch, as something that may be averaged.</summary>
    private static Tensor Answer(Func<Tensor, Tensor> model, Tensor batch, Func<Tensor, Tensor>? activation)
    {
        var logits = Images(model(batch), batch, "model");
        return activation is null ? logits.softmax(1) : Images(activation(logits), batch, "activation");
    }

    private static Tensor Images(Tensor? answer, Tensor batch, string name) =>
        answer is not null && answer.is_floating_point() && answer.shape is [var b, > 0, > 0, > 0] && b == batch.size(0)
            ? answer
            : throw new ArgumentException(
                $"{name} must answer [{string.Join(", ", batch.shape)}] with floating point [{batch.size(0)}, K, h, w], got "
                + (answer is null ? "null." : $"{answer.dtype} [{string.Join(", ", answer.shape)}]."), name);

    private static long Side(long side, double scale, long divisor) =>
        Math.Max(1, (long)Math.Round(side * scale / divisor, MidpointRounding.AwayFromZero)) * divisor;

    /// <summary>The dimensions that each view exchanges the ends of.</summary>
    private static List<long[]> Mirrors(Flips flips)
    {
        List<long[]> mirrors = [[]];
        if (flips.HasFlag(Flips.Horizontal))
            mirrors.Add([3]);
        if (flips.HasFlag(Flips.Vertical))
            mirrors.Add([2]);
        if (flips.HasFlag(Flips.Both))
            mirrors.Add([2, 3]);
        return mirrors;
    }

    /// <summary>A mirror is its own inverse.</summary>
    private static Tensor Mirrored(Tensor x, long[] dims) => dims.Length == 0 ? x : x.flip(dims);
}

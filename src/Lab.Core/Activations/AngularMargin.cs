using Lab.Core.Losses;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>How far beyond 1 the rounding of 16-bit numbers may take a cosine.</summary>
    private const double LargestCosine = 1.01;

    /// <summary>Logits from cosines that make the right class harder to reach, by an angle (ArcFace).</summary>
    /// <remarks>
    /// <para>Formula: <c>s·cos(θ + m)</c> for the target and <c>s·cos θ</c> for the other classes, with the angle θ between a vector and
    /// a class's direction, margin m and scale s. Softmax cross-entropy of these is the loss: <see cref="Loss.ArcFace"/>.</para>
    /// <para>Where <c>θ + m > π</c> the cosine would rise again and reward a larger angle. There the target's logit is
    /// <c>s·(cos θ - m·sin m)</c>, as in the authors' code: it goes on falling with θ. It jumps down on the way, by
    /// <c>s·(cos m + m·sin m - 1)</c>.</para>
    /// <para>Gradient in the target's cosine c: <c>s·(cos m + sin m·c/√(1 - c²))</c>, and s beyond the jump and for the other classes.
    /// It grows without bound towards c = 1; at 1 itself, and where rounding went past it, it is <c>s·cos m</c>. In the vectors
    /// whose cosine c is it stays bounded: there the slope of c fades as √(1 - c²) does.</para>
    /// <para>Numerics: <c>cos(θ + m) = c·cos m - √((1 - c)(1 + c))·sin m</c>, without acos, whose gradient at ±1 is infinite. A cosine
    /// that rounding took past ±1 counts as an angle without a sine.</para>
    /// <para>Oracle: <c>acos</c> and <c>cos</c> in plain doubles. Source: Deng et al. 2019 (ArcFace), section 3.1.</para>
    /// </remarks>
    /// <param name="cosines">cos θ for each class, in <c>[-1, 1]</c> up to rounding, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="margin">m, in radians, in <c>[0, π/2]</c>; 0.5 in the paper.</param>
    /// <param name="scale">s, positive; 64 in the paper. Without it the best possible loss is far from 0.</param>
    /// <param name="ignoreIndex">A target that has no class, and gets no margin.</param>
    /// <returns>Logits, the shape of <paramref name="cosines"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, margin or scale other than those above, or (on the CPU) a cosine or an index
    /// outside.</exception>
    public static Tensor AngularMargin(
        Tensor cosines, Tensor targets, double margin = 0.5, double scale = 64, long ignoreIndex = Loss.DefaultIgnoreIndex)
    {
        Require.FloatingPoint(cosines);
        ClassShapes.RequireIndices(cosines, targets, null, ignoreIndex);
        Require.Between(cosines, -LargestCosine, LargestCosine);
        RequireMargin(margin);
        Require.Positive(scale);
        return TurnTargets(cosines, targets, margin, scale, ignoreIndex);
    }

    /// <summary>The same, unchecked.</summary>
    internal static Tensor TurnTargets(Tensor cosines, Tensor targets, double margin, double scale, long ignoreIndex)
    {
        using var scope = NewDisposeScope();
        var ignored = targets == ignoreIndex;                             // [B, ...]
        var classes = arange(cosines.size(1), device: cosines.device).reshape([-1, .. Enumerable.Repeat(1L, (int)targets.dim() - 1)]);
        var right = classes == targets.masked_fill(ignored, -1).unsqueeze(1);      // [B, K, ...]
        var squaredSine = (1 - cosines) * (1 + cosines);
        var straight = squaredSine <= 0;                                  // √ has no slope at 0
        var sine = squaredSine.masked_fill(straight, 1).sqrt().masked_fill(straight, 0);
        var turned = cosines * Math.Cos(margin) - sine * Math.Sin(margin);
        var beyond = cosines < -Math.Cos(margin);                         // θ + m > π
        var moved = where(beyond, cosines - margin * Math.Sin(margin), turned);
        return (scale * where(right, moved, cosines)).MoveToOuterDisposeScope();
    }

    internal static void RequireMargin(double margin)
    {
        if (margin is not (>= 0 and <= Math.PI / 2))
            throw new ArgumentOutOfRangeException(nameof(margin), margin, "Must be in [0, π/2].");
    }
}

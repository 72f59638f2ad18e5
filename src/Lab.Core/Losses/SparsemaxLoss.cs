using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>The loss that goes with <see cref="Activation.Sparsemax"/>, as cross-entropy goes with softmax.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ p[k]·(z[k] - z[y]) - ½‖p‖² + ½</c> with <c>p = sparsemax(z)</c>; in the paper's words
    /// <c>½ Σ (z[k]² - τ²) + ½ - z[y]</c> over the support. It is the Fenchel-Young loss of ½‖p‖²: never negative, and 0 exactly where p
    /// is the target's one-hot vector, which is where <c>z[y]</c> is above every other score by a margin of 1. So it stops, as a hinge
    /// loss does and cross-entropy does not, and is smooth, as a hinge loss is not. With two classes it is Huber's hinge.</para>
    /// <para>Gradient: <c>sparsemax(z) - onehot(y)</c>; every row sums to 0, and classes out of the support are not pushed.</para>
    /// <para>Numerics: only differences of scores are formed, in single precision for half. As the target, a score of -∞ costs +∞ with
    /// gradient 0; elsewhere it is a class that cannot be. A row of only -∞, or with +∞ or NaN, gives NaN. Ignored targets give loss 0 and gradient 0,
    /// whatever their scores are.</para>
    /// <para>Oracle: the formula and its gradient with τ by bisection, in plain doubles. Source: Martins and Astudillo 2016, section 3; Blondel,
    /// Martins and Niculae 2020.</para>
    /// </remarks>
    /// <param name="logits">z, unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">y, class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="ignoreIndex">The index to leave out.</param>
    /// <returns>In units of the scores, per example, <c>[B, ...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor SparsemaxLoss(Tensor logits, Tensor targets, long ignoreIndex = DefaultIgnoreIndex)
    {
        Require.FloatingPoint(logits);
        ClassShapes.RequireIndices(logits, targets, null, ignoreIndex);

        using var scope = NewDisposeScope();
        var ignored = (targets == ignoreIndex).unsqueeze(1);              // [B, 1, ...]
        var z = logits.masked_fill(ignored, 0);
        z = z.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? z.to(ScalarType.Float32) : z;
        var p = Activation.Sparsemax(z, 1);
        var truth = z.gather(1, targets.unsqueeze(1).masked_fill(ignored, 0));
        var impossible = truth.isneginf();
        var lead = (z - truth.masked_fill(impossible, 0)).masked_fill(p == 0, 0);   // 0 · -∞ would be NaN
        var losses = (p * lead - 0.5 * p * p).sum(1, keepdim: true) + 0.5;
        var absent = impossible.logical_and(p.isnan().any(1, keepdim: true).logical_not());
        return losses.masked_fill(absent, double.PositiveInfinity).masked_fill(ignored, 0)
            .squeeze(1).to(logits.dtype).MoveToOuterDisposeScope();
    }
}

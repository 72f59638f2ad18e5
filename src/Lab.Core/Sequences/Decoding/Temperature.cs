using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class LogitFilter
{
    /// <summary>Sharpens or flattens the distribution; temperature 0 leaves its maximum only.</summary>
    /// <remarks>
    /// <para>Formula: <c>z / τ</c>; for τ = 0 the limit: the first maximum stays as it is, all others become -∞. Sampling then
    /// is greedy decoding.</para>
    /// <para>Gradient: <c>1 / τ</c>; for τ = 0 it is 1 at the maximum.</para>
    /// <para>Numerics: temperatures so small that z / τ overflows are 0 in effect; then the greatest logit is subtracted first.</para>
    /// <para>Library op: <c>div</c>, <c>argmax</c>. Source: Ackley, Hinton and Sejnowski 1985.</para>
    /// </remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point.</param>
    /// <param name="temperature">τ, not negative: below 1 sharper, above 1 flatter.</param>
    /// <returns>Logits, <c>[N, V]</c>.</returns>
    /// <exception cref="ArgumentException">Not floating point, another shape, or a negative or infinite temperature.</exception>
    public static Tensor Temperature(Tensor logits, double temperature)
    {
        Vocabulary(logits);
        Require.NotNegative(temperature);

        using var scope = NewDisposeScope();
        if (temperature > 0)
        {
            // A constant per row changes no probability: after it the greatest is 0, and nothing can overflow to +∞.
            var greatest = logits.detach().amax([-1], keepdim: true).nan_to_num(0, 0, 0);
            return (temperature < 1e-3 ? (logits - greatest) / temperature : logits / temperature).MoveToOuterDisposeScope();
        }
        var first = logits.argmax(-1, keepdim: true);
        return Keep(logits, arange(logits.size(1), device: logits.device) == first).MoveToOuterDisposeScope();
    }
}

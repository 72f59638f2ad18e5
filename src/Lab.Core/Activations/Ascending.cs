using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>Turns any numbers into ones that never fall: quantiles that cannot cross, thresholds in order.</summary>
    /// <remarks>
    /// <para>Formula: <c>a[0] = x[0]</c>, <c>a[k] = a[k - 1] + softplus(x[k])</c>, along the last dimension.</para>
    /// <para>Gradient: a[k] moves with x[0] one to one, and with each <c>x[j]</c>, <c>0 &lt; j ≤ k</c>, by <c>σ(x[j])</c>.</para>
    /// <para>Numerics: rounding keeps the order, so the law holds for every input. A step that is lost beside a large
    /// <c>a</c> makes two entries equal, never one smaller than the last.</para>
    /// <para>Library op: none; <c>softplus</c> and <c>cumsum</c>.</para>
    /// </remarks>
    /// <param name="values">x, <c>[..., N]</c>, floating point.</param>
    /// <returns>a, <c>[..., N]</c>, not decreasing along the last dimension.</returns>
    /// <exception cref="ArgumentException">Not floating point, a scalar, or nothing along the last dimension.</exception>
    public static Tensor Ascending(Tensor values)
    {
        Require.FloatingPoint(values);
        if (values.shape is not [.., var count and > 0])
            throw Require.BadShape(values, "[..., N] with N >= 1");

        using var scope = NewDisposeScope();
        var steps = Softplus(values.narrow(-1, 1, count - 1));
        return cat([values.narrow(-1, 0, 1), steps], -1).cumsum(-1).MoveToOuterDisposeScope();
    }
}

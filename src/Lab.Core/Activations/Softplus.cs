using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>Makes any number positive, smoothly: the usual last step to a variance, a rate or a step upwards.</summary>
    /// <remarks>
    /// <para>Formula: <c>softplus(x) = log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)) = -log σ(-x)</c>.</para>
    /// <para>Gradient: <c>σ(x)</c>.</para>
    /// <para>Numerics: exact to rounding for any x, where the library's goes over to x itself above 20. It is never
    /// negative, but rounds to 0 below -104 in float32: add a floor to what must be positive.</para>
    /// <para>Library op: <c>logaddexp(x, 0)</c>, and <c>nn.functional.softplus</c> up to its threshold.</para>
    /// </remarks>
    /// <param name="values">x, any shape, floating point.</param>
    /// <returns>Numbers <c>≥ 0</c>, the shape of <paramref name="values"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> is not floating point.</exception>
    public static Tensor Softplus(Tensor values)
    {
        Require.FloatingPoint(values);

        using var scope = NewDisposeScope();
        var positive = values >= 0;
        var decay = NegativeMagnitude(values, positive).exp();            // exp(-|x|), in (0, 1]
        return (values.masked_fill(~positive, 0) + decay.log1p()).MoveToOuterDisposeScope();
    }
}

using Lab.Core.Kernels;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>Log-probabilities over the entries along one dimension.</summary>
    /// <remarks>
    /// <para>Formula: <c>log p[k] = z[k] - log Z</c>, with log partition <c>log Z = logsumexp(z)</c>.</para>
    /// <para>Gradient: <c>∂log p[k]/∂z[j] = (k = j) - p[j]</c>.</para>
    /// <para>Numerics: no exponential is taken back by a logarithm, so a probability far below the smallest float
    /// still has its logarithm. A logit of -∞ gives -∞; a row of only -∞ gives NaN, as in the library.</para>
    /// <para>Library op: <c>nn.functional.log_softmax</c>.</para>
    /// </remarks>
    /// <param name="logits">Any shape of rank 1 or more, floating point.</param>
    /// <param name="dim">The dimension that holds the classes; negative counts from the end.</param>
    /// <returns>Nats, <c>≤ 0</c>, the shape of <paramref name="logits"/>.</returns>
    /// <exception cref="ArgumentException">Not floating point, no such dimension, or nothing along it.</exception>
    public static Tensor LogSoftmax(Tensor logits, long dim = -1)
    {
        Require.FloatingPoint(logits);
        dim = Require.Dimension(dim, logits);
        Require.NotEmptyAlong(dim, logits);
        if (Forms.KernelTakes(logits, dim))                               // the same in one loop, where that is faster
            return LogSoftmaxKernel.Of(logits, dim);

        using var scope = NewDisposeScope();
        var shifted = logits - logits.detach().amax([dim], keepdim: true); // log Z of these is small: no digits lost
        var logProbs = shifted - LogSumExp(shifted, dim, keepdim: true);
        return logProbs.MoveToOuterDisposeScope();
    }
}

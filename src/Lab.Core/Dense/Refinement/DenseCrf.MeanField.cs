using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

/// <summary>
/// The dense CRF: labels of pixels that all depend on each other, <c>E(x) = -Σ_i z_i(x_i) + Σ_{i&lt;j} Σ_m C_m(x_i, x_j)·k_m(i, j)</c>, with
/// logits z, Gaussian kernels k, and what it costs that two pixels have two labels, C.
/// </summary>
public static partial class DenseCrf
{
    /// <summary>The distributions of a dense CRF by mean field, all pixels at once.</summary>
    /// <remarks>
    /// <para>Formula: <c>Q = softmax(z)</c>, then so often as asked
    /// <c>Q_i(l) ∝ exp(z_i(l) - Σ_m Σ_l' C_m(l, l')·Σ_{j≠i} k_m(i, j)/√(n_i·n_j)·Q_j(l'))</c>, with <c>n_i = Σ_j k_m(i, j)</c>, j = i included: the
    /// symmetric normalisation, with which a weight means the same for dense and for lonely pixels.</para>
    /// <para>Gradient: in the logits and the compatibility, through all iterations. Kernels are constants.</para>
    /// <para>Numerics: as many softmaxes as iterations. All pixels change at once, which nothing says must converge: with a strong
    /// attraction two pixels that disagree change places for ever. <see cref="SequentialMeanField"/> has that guarantee, and not the speed.</para>
    /// <para><see cref="PairSums.Fast"/> is what real sizes need; how far it is from <see cref="PairSums.Exact"/>, see there.</para>
    /// <para>Oracle: loops over all pairs in plain doubles. Source: Krähenbühl and Koltun 2011, algorithm 1; 2013 for the
    /// normalisation.</para>
    /// </remarks>
    /// <param name="logits">What a network says of each pixel by itself, <c>[B, K, H, W]</c>, floating point.</param>
    /// <param name="kernels">M >= 1 kernels over these pixels.</param>
    /// <param name="compatibility">The cost C of two labels under each kernel, <c>[M, K, K]</c>: <see cref="Potts"/>, or learned.</param>
    /// <param name="iterations">How often, positive; 5 to 10 are usual.</param>
    /// <param name="sums">How sums over all pairs are computed.</param>
    /// <returns>Probabilities <c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above.</exception>
    public static Tensor MeanField(
        Tensor logits, IReadOnlyList<PixelKernel> kernels, Tensor compatibility, long iterations = 5, PairSums sums = PairSums.Fast)
    {
        RequireProblem(logits, kernels, compatibility);
        Require.Positive(iterations);
        RequireSums(sums);

        using var scope = NewDisposeScope();
        return Logits(logits, kernels, compatibility, iterations, sums).softmax(1).MoveToOuterDisposeScope();
    }

    /// <summary>The same before the last softmax, which a loss wants.</summary>
    internal static Tensor Logits(
        Tensor logits, IReadOnlyList<PixelKernel> kernels, Tensor compatibility, long iterations, PairSums sums)
    {
        using var scope = NewDisposeScope();
        var others = kernels.Select(kernel => kernel.Sums(logits, sums)).ToArray();
        var refined = logits;
        for (var iteration = 0L; iteration < iterations; iteration++)
        {
            var q = refined.softmax(1);
            refined = logits;
            for (var m = 0; m < others.Length; m++)
                refined = refined - compatibility[m].matmul(others[m](q).flatten(2)).reshape(logits.shape);
        }
        return refined.MoveToOuterDisposeScope();
    }

    /// <summary>What Potts' model costs: w where two labels differ, nothing where they are the same.</summary>
    /// <remarks><para>Formula: <c>C_m(l, l') = w_m·(1 - [l = l'])</c>.</para></remarks>
    /// <param name="labels">K, positive.</param>
    /// <param name="weights">One for each kernel, finite; positive ones draw labels together.</param>
    /// <param name="dtype">The result's dtype; null is Float32.</param>
    /// <param name="device">The result's device; null is the CPU.</param>
    /// <returns><c>[M, K, K]</c>.</returns>
    /// <exception cref="ArgumentException">No labels, no weights, or a weight that is not finite.</exception>
    public static Tensor Potts(long labels, IReadOnlyList<double> weights, ScalarType? dtype = null, Device? device = null)
    {
        Require.Positive(labels);
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count == 0 || !weights.All(double.IsFinite))
            throw new ArgumentException($"weights must be finite, one for each kernel, got [{string.Join(", ", weights)}].", nameof(weights));

        using var scope = NewDisposeScope();
        return (tensor([.. weights], dtype ?? ScalarType.Float32, device).reshape(-1, 1, 1) * (1 - eye(labels, dtype: dtype ?? ScalarType.Float32, device: device))).MoveToOuterDisposeScope();
    }

    private static void RequireProblem(Tensor logits, IReadOnlyList<PixelKernel> kernels, Tensor compatibility)
    {
        ImageShapes.RequireImages(logits);
        ArgumentNullException.ThrowIfNull(kernels);
        if (kernels.Count == 0 || kernels.Contains(null!))
            throw new ArgumentException($"kernels must be one or more, and not null, got {kernels.Count}.", nameof(kernels));
        Require.FloatingPoint(compatibility);
        Require.Shape(compatibility, [kernels.Count, logits.size(1), logits.size(1)]);
        Require.SameDtype(compatibility, logits);
        Require.SameDevice(compatibility, logits);
        using var scope = NewDisposeScope();
        foreach (var kernel in kernels)
            kernel.Features(logits);                                      // before any work, kernels of other pixels are refused
    }

    private static void RequireSums(PairSums sums)
    {
        if (!Enum.IsDefined(sums))
            throw new ArgumentOutOfRangeException(nameof(sums), sums, "Must be Fast or Exact.");
    }
}

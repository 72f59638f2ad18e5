using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

public static partial class DenseCrf
{
    /// <summary>Mean field one pixel after the other: the free energy never rises.</summary>
    /// <remarks>
    /// <para>Formula: for i = 0, 1, ... row by row, <c>Q_i(l) ∝ exp(z_i(l) - Σ_m Σ_l' C_m(l, l')·Σ_{j≠i} k_m(i, j)/√(n_i·n_j)·Q_j(l'))</c>
    /// with the Q_j of this very moment. Given the others this Q_i is the best there is, so <see cref="FreeEnergy"/> goes
    /// down with every pixel, and the sweeps converge.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: all N² weights are kept, and pixels come one by one: for small pictures, to see what
    /// <see cref="MeanField"/> gives up for its speed.</para>
    /// <para>Oracle: loops in plain doubles. Source: Koller and Friedman 2009, section 11.5.1.</para>
    /// </remarks>
    /// <param name="logits"><c>[B, K, H, W]</c>, floating point.</param>
    /// <param name="kernels">M >= 1 kernels over these pixels.</param>
    /// <param name="compatibility">The cost of two labels under each kernel, <c>[M, K, K]</c>, symmetric: what two pixels cost does not
    /// depend on which is called first.</param>
    /// <param name="sweeps">How often over all pixels, positive.</param>
    /// <returns>Probabilities <c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above, or (on the CPU) costs that are not
    /// symmetric.</exception>
    public static Tensor SequentialMeanField(
        Tensor logits, IReadOnlyList<PixelKernel> kernels, Tensor compatibility, long sweeps = 5)
    {
        RequireProblem(logits, kernels, compatibility);
        RequireSymmetric(compatibility);
        Require.Positive(sweeps);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var flat = logits.flatten(2);                                     // [B, K, N]
        var weights = kernels.Select(kernel => Weights(kernel, logits)).ToArray();
        var q = flat.softmax(1);
        for (var step = 0L; step < sweeps * flat.size(2); step++)
        {
            using var pixel = NewDisposeScope();
            var i = step % flat.size(2);
            var energy = flat.narrow(2, i, 1);                            // [B, K, 1]
            for (var m = 0; m < weights.Length; m++)
                energy = energy - compatibility[m].matmul(q.matmul(weights[m].narrow(2, i, 1)));
            q.narrow(2, i, 1).copy_(energy.softmax(1));
        }
        return q.reshape(logits.shape).MoveToOuterDisposeScope();
    }

    /// <summary>What mean field makes small: how far distributions are from the CRF's own, but for a constant.</summary>
    /// <remarks>
    /// <para>Formula: <c>F(Q) = Σ_i Σ_l Q_i(l)·(log Q_i(l) - z_i(l)) + ½·Σ_m Σ_{i≠j} k_m(i, j)/√(n_i·n_j)·Σ_{l,l'} C_m(l, l')·Q_i(l)·Q_j(l')</c>,
    /// which is <c>KL(Q ‖ P) - log Z</c> for the CRF <c>P(x) = exp(-E(x))/Z</c>: the lower, the nearer.</para>
    /// <para>Gradient: in distributions, logits and compatibility.</para>
    /// <para>Numerics: 0·log 0 is 0. All N² pairs: for small pictures.</para>
    /// <para>Oracle: the Kullback-Leibler divergence over all K^N labellings. Source: Krähenbühl and Koltun 2011, supplement.</para>
    /// </remarks>
    /// <param name="distributions">Q, <c>[B, K, H, W]</c>, in [0, 1], summing to 1 over K.</param>
    /// <param name="logits">z, the shape, dtype and device of <paramref name="distributions"/>, finite.</param>
    /// <param name="kernels">M >= 1 kernels over these pixels.</param>
    /// <param name="compatibility">The cost of two labels under each kernel, <c>[M, K, K]</c>, symmetric.</param>
    /// <returns>Nats per image, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above, or (on the CPU) distributions that do not
    /// sum to 1 or costs that are not symmetric.</exception>
    public static Tensor FreeEnergy(
        Tensor distributions, Tensor logits, IReadOnlyList<PixelKernel> kernels, Tensor compatibility)
    {
        RequireProblem(logits, kernels, compatibility);
        RequireSymmetric(compatibility);
        Require.FloatingPoint(distributions);
        Require.Shape(distributions, logits.shape);
        Require.SameDtype(distributions, logits);
        Require.SameDevice(distributions, logits);
        Require.Distributions(distributions, 1);

        using var scope = NewDisposeScope();
        var (q, z) = (distributions.flatten(2), logits.flatten(2));       // [B, K, N]
        var energy = (q * (q.clamp(min: double.Epsilon).log() - z)).sum([1, 2]);
        for (var m = 0; m < kernels.Count; m++)
        {
            var others = q.matmul(Weights(kernels[m], logits));
            energy = energy + 0.5 * (q * compatibility[m].matmul(others)).sum([1, 2]);
        }
        return energy.MoveToOuterDisposeScope();
    }

    /// <summary>The normalised weights of all pairs, <c>[B, N, N]</c>; 0 of a pixel with itself.</summary>
    private static Tensor Weights(PixelKernel kernel, Tensor logits)
    {
        using var scope = NewDisposeScope();
        var points = kernel.Features(logits).flatten(2);
        var weights = GaussianFilter.Kernel(points, points);
        var scale = weights.sum(2, keepdim: true).rsqrt();                // [B, N, 1]
        var others = 1 - eye(points.size(2), dtype: logits.dtype, device: logits.device);
        return (scale * weights * scale.transpose(1, 2) * others).MoveToOuterDisposeScope();
    }

    private static void RequireSymmetric(Tensor compatibility)
    {
        if (compatibility.device_type != DeviceType.CPU)
            return;
        using var scope = NewDisposeScope();
        var difference = (compatibility.detach() - compatibility.detach().transpose(1, 2)).abs().max().ToDouble();
        if (!(difference <= 1e-6 * (1 + compatibility.detach().abs().max().ToDouble())))
            throw new ArgumentException(
                $"compatibility must cost the same for two labels in either order, got entries that differ by {difference}.", nameof(compatibility));
    }
}

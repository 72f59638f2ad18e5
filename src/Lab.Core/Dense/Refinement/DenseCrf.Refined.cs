using static TorchSharp.torch;

namespace Lab.Core.Dense;

public static partial class DenseCrf
{
    /// <summary>Refines what a network says of pictures by their colours: a dense CRF with smoothness and appearance, Potts' model.</summary>
    /// <remarks>
    /// <para>Formula: <see cref="MeanField"/> with the kernels
    /// <c>exp(-|p_i - p_j|²/2θ_γ²)</c> and <c>exp(-|p_i - p_j|²/2θ_α² - |I_i - I_j|²/2θ_β²)</c> of positions p and colours I.</para>
    /// <para>Good spreads and weights depend on the network and on the pictures: search for them on pictures that neither was trained
    /// nor is judged on. A network that is well trained at full resolution gains little, and thin things can be lost.</para>
    /// <para>Gradient: in the logits.</para>
    /// <para>Oracle: loops over all pairs in plain doubles. Source: Krähenbühl and Koltun 2011.</para>
    /// </remarks>
    /// <param name="logits"><c>[B, K, H, W]</c>, floating point.</param>
    /// <param name="images"><c>[B, C, H, W]</c>, of the same dtype and device, in [0, 1] for the usual options.</param>
    /// <param name="options">Spreads, weights and iterations; null takes the usual ones.</param>
    /// <returns>Probabilities <c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or option other than those above.</exception>
    public static Tensor Refined(Tensor logits, Tensor images, DenseCrfOptions? options = null)
    {
        ImageShapes.RequireImages(logits);
        ImageShapes.RequireImages(images);
        options ??= new();
        options.Check();

        using var scope = NewDisposeScope();
        var cost = Potts(logits.size(1), [options.SmoothnessWeight, options.AppearanceWeight], logits.dtype, logits.device);
        return MeanField(logits, options.Kernels(images), cost, options.Iterations, options.Sums).MoveToOuterDisposeScope();
    }
}

using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense;

/// <summary>What a dense CRF over pictures starts from. Spreads are fixed; a <see cref="CrfRnn"/> learns the weights.</summary>
public sealed record DenseCrfOptions
{
    /// <summary>How far smoothness reaches, θ_γ, in pixels.</summary>
    public double SmoothnessSpread { get; init; } = 3;

    /// <summary>What two labels cost under smoothness.</summary>
    public double SmoothnessWeight { get; init; } = 3;

    /// <summary>How far pixels of like colour attract each other, θ_α, in pixels.</summary>
    public double AppearanceSpread { get; init; } = 60;

    /// <summary>How like colours must be, θ_β, in the unit of the images: here for images in [0, 1].</summary>
    public double ColourSpread { get; init; } = 0.08;

    /// <summary>What two labels cost under appearance.</summary>
    public double AppearanceWeight { get; init; } = 5;

    /// <summary>Iterations of mean field.</summary>
    public long Iterations { get; init; } = 5;

    /// <summary>How sums over all pairs are computed.</summary>
    public PairSums Sums { get; init; } = PairSums.Fast;

    /// <summary>The two kernels over the pixels of images.</summary>
    internal PixelKernel[] Kernels(Tensor images) =>
        [PixelKernel.Smoothness(SmoothnessSpread), PixelKernel.Appearance(images, AppearanceSpread, ColourSpread)];

    internal void Check()
    {
        Require.Positive(SmoothnessSpread, nameof(SmoothnessSpread));
        Require.Positive(AppearanceSpread, nameof(AppearanceSpread));
        Require.Positive(ColourSpread, nameof(ColourSpread));
        Require.Positive(Iterations, nameof(Iterations));
        if (!double.IsFinite(SmoothnessWeight))
            throw new ArgumentOutOfRangeException(nameof(SmoothnessWeight), SmoothnessWeight, "Must be finite.");
        if (!double.IsFinite(AppearanceWeight))
            throw new ArgumentOutOfRangeException(nameof(AppearanceWeight), AppearanceWeight, "Must be finite.");
        if (!Enum.IsDefined(Sums))
            throw new ArgumentOutOfRangeException(nameof(Sums), Sums, "Must be Fast or Exact.");
    }
}

/// <summary>A dense CRF as a layer: some iterations of mean field on top of a network, trained with it.</summary>
/// <remarks>
/// <para>Formula: <see cref="DenseCrf.MeanField"/> with the kernels of <see cref="DenseCrfOptions"/> and
/// <c>C_m(l, l') = compatibility[l, l']·weights[m, l']</c>; the result is what comes before the last softmax: logits, for
/// <c>Loss.CrossEntropy</c>.</para>
/// <para>State-dict keys: <c>weights</c> <c>[2, K]</c> (smoothness, appearance; how much each label's messages count) and <c>compatibility</c>
/// <c>[K, K]</c>. They start as Potts' model with the weights of the options.</para>
/// <para>Gradient: in the logits and both parameters. The images are constants.</para>
/// <para>Source: Zheng et al. 2015, section 4: each iteration is filtering, weighting, compatibility, adding the unaries, normalising.
/// There the compatibility starts at -1 on the diagonal, which is Potts' model less a constant.</para>
/// </remarks>
public sealed class CrfRnn : Module<Tensor, Tensor, Tensor>
{
    private readonly Parameter weights;
    private readonly Parameter compatibility;

    /// <summary>Makes the layer.</summary>
    /// <param name="labels">K, positive.</param>
    /// <param name="options">Spreads, weights to start from, iterations; null takes the usual ones.</param>
    /// <exception cref="ArgumentException">No labels, or an option out of its range.</exception>
    public CrfRnn(long labels, DenseCrfOptions? options = null) : base(nameof(CrfRnn))
    {
        Require.Positive(labels);
        Options = options ?? new();
        Options.Check();

        using var scope = NewDisposeScope();
        weights = (Parameter)new Parameter(
            tensor([Options.SmoothnessWeight, Options.AppearanceWeight], ScalarType.Float32).unsqueeze(1).repeat(1, labels)).DetachFromDisposeScope();
        compatibility = (Parameter)new Parameter(1 - eye(labels)).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Spreads, iterations, and the weights that it started from.</summary>
    public DenseCrfOptions Options { get; }

    /// <summary>Refines logits by the pictures they are of.</summary>
    /// <param name="logits"><c>[B, K, H, W]</c>, the dtype and device of the layer.</param>
    /// <param name="images"><c>[B, C, H, W]</c>, of the same dtype and device, in [0, 1] for the usual options.</param>
    /// <returns>Logits <c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor logits, Tensor images)
    {
        ImageShapes.RequireFit(logits, weights, weights.size(1));
        ImageShapes.RequireImages(images);
        var kernels = Options.Kernels(images);
        using var scope = NewDisposeScope();
        foreach (var kernel in kernels)
            kernel.Features(logits);                                      // refuses images of other pixels
        var cost = compatibility * weights.unsqueeze(1);                  // [2, K, K]
        return DenseCrf.Logits(logits, kernels, cost, Options.Iterations, Options.Sums).MoveToOuterDisposeScope();
    }
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, Lab.Core.Dense.DenseCrfOptions?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Refinement;

/// <summary>Small pictures and options of a dense CRF.</summary>
public sealed record RefinedCase : Case
{
    /// <summary>Pictures.</summary>
    public int B { get; init; } = 2;

    /// <summary>Labels.</summary>
    public int K { get; init; } = 2;

    /// <summary>Height.</summary>
    public int H { get; init; } = 2;

    /// <summary>Width.</summary>
    public int W { get; init; } = 3;

    /// <summary>Spread of positions.</summary>
    public double Spread { get; init; } = 2;

    /// <summary>Spread of colours.</summary>
    public double Colour { get; init; } = 0.3;

    /// <summary>Weight of appearance; that of smoothness is half of it.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Iterations.</summary>
    public int Iterations { get; init; } = 1;

    internal DenseCrfOptions ForOptions => new()
    {
        SmoothnessSpread = Spread / 2,
        SmoothnessWeight = Weight / 2,
        AppearanceSpread = Spread,
        ColourSpread = Colour,
        AppearanceWeight = Weight,
        Iterations = Iterations,
        Sums = PairSums.Exact,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("logits", Numbers().Reals(B, K, H, W)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] },
        new("images", Numbers(1).Between(0, 1, B, 3, H, W)) { BatchDim = 0 },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (K > 2)
            yield return this with { K = K - 1 };
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (Iterations > 1)
            yield return this with { Iterations = 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>The dense CRF with its two usual kernels against the matrices of all weights.</summary>
public sealed class RefinedSpec : Spec<Op, RefinedCase>
{
    /// <inheritdoc/>
    public override Op Op => DenseCrf.Refined;

    /// <inheritdoc/>
    public override Op Oracle => (logits, images, options) =>
    {
        var (near, alike) = (PixelKernel.Smoothness(options!.SmoothnessSpread), PixelKernel.Appearance(images, options.AppearanceSpread, options.ColourSpread));
        var differ = 1 - eye(logits.size(1), dtype: logits.dtype);
        return CrfByHand.MeanField(
            logits, [CrfByHand.Weights(near, logits), CrfByHand.Weights(alike, logits)],
            stack([options.SmoothnessWeight * differ, options.AppearanceWeight * differ]), options.Iterations);
    };

    /// <inheritdoc/>
    public override Gen<RefinedCase> Cases =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(2, 3)
        from h in Gen.Choose(1, 3)
        from w in Gen.Choose(1, 4)
        from spread in Gen.Elements(1.0, 3.0)
        from colour in Gen.Elements(0.1, 0.5)
        from weight in Gen.Elements(0.0, 1.0, 6.0)
        from iterations in Gen.Choose(1, 3)
        from scale in Gen.Elements(0.0, 1.0, 5.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new RefinedCase { B = b, K = k, H = h, W = w, Spread = spread, Colour = colour, Weight = weight, Iterations = iterations, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9);

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                    // sums over all pixels, several times over

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(30 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, RefinedCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(arguments[0], arguments[1], @case.ForOptions)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        new("null for logits", "logits", () => [ones(1, 3, 2, 3)], (op, x) => op(null!, x[0], null)),
        new("integer logits", "logits", () => [ones([1, 2, 2, 3], ScalarType.Int64), ones(1, 3, 2, 3)], (op, x) => op(x[0], x[1], null)),
        new("null for images", "images", () => [ones(1, 2, 2, 3)], (op, x) => op(x[0], null!, null)),
        new("images of other pixels", "images", () => [ones(1, 2, 2, 3), ones(1, 3, 3, 3)], (op, x) => op(x[0], x[1], null)),
        new("images of another dtype", "images", () => [ones(1, 2, 2, 3), ones([1, 3, 2, 3], ScalarType.Float64)], (op, x) => op(x[0], x[1], null)),
        new("a smoothness spread of 0", "SmoothnessSpread", () => [ones(1, 2, 2, 3), ones(1, 3, 2, 3)], (op, x) => op(x[0], x[1], new() { SmoothnessSpread = 0 })),
        new("an appearance spread of -1", "AppearanceSpread", () => [ones(1, 2, 2, 3), ones(1, 3, 2, 3)], (op, x) => op(x[0], x[1], new() { AppearanceSpread = -1 })),
        new("a colour spread that is no number", "ColourSpread", () => [ones(1, 2, 2, 3), ones(1, 3, 2, 3)], (op, x) => op(x[0], x[1], new() { ColourSpread = double.NaN })),
        new("an endless weight", "AppearanceWeight", () => [ones(1, 2, 2, 3), ones(1, 3, 2, 3)], (op, x) => op(x[0], x[1], new() { AppearanceWeight = double.PositiveInfinity })),
        new("a weight of smoothness that is no number", "SmoothnessWeight", () => [ones(1, 2, 2, 3), ones(1, 3, 2, 3)], (op, x) => op(x[0], x[1], new() { SmoothnessWeight = double.NaN })),
        new("no iterations", "Iterations", () => [ones(1, 2, 2, 3), ones(1, 3, 2, 3)], (op, x) => op(x[0], x[1], new() { Iterations = 0 })),
        new("sums that there are not", "Sums", () => [ones(1, 2, 2, 3), ones(1, 3, 2, 3)], (op, x) => op(x[0], x[1], new() { Sums = (PairSums)9 })),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, RefinedCase>> OwnLaws =>
    [
        Own("labels change where colours do", "Where a network is unsure of the pixels along an edge of the picture, the CRF decides for the side whose colour they have.", (op, c) =>
        {
            var truth = (arange(12).expand(10, 12) >= 6).to(ScalarType.Int64);
            var images = (0.2 + 0.6 * truth.to(ScalarType.Float64)).expand(1, 3, 10, 12) + 0.02 * (arange(120, dtype: ScalarType.Float64) * (1 + c.Seed % 7)).sin().reshape(1, 1, 10, 12);
            var signs = 2 * truth.to(ScalarType.Float64) - 1;
            var slope = (arange(12, dtype: ScalarType.Float64) - 6.9 - c.Seed % 2).expand(10, 12) / 2;   // the network's edge is a pixel or two off
            var logits = stack([-slope, slope]).unsqueeze(0);
            var options = new DenseCrfOptions { AppearanceSpread = 6, ColourSpread = 0.1, SmoothnessSpread = 1, SmoothnessWeight = 1, AppearanceWeight = 5 };
            var before = (logits.argmax(1)[0] == truth).to(ScalarType.Float64).mean().ToDouble();
            return Verdict.Require(before < 0.95, "The network is right from the start.").Then(() => Verdict.Require(
                (op(logits, images, options).argmax(1)[0] == truth).all().ToBoolean()
                && (op(logits, images, options with { Sums = PairSums.Exact }).argmax(1)[0] == truth).all().ToBoolean(), "Not all pixels have the label of their colour."));
        }) with { Cases = 4 },
    ];
}

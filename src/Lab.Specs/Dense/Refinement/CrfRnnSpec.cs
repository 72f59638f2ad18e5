using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Dense.Refinement;

/// <summary>Small pictures, what a network says of them, and the numbers of a CRF layer.</summary>
public sealed record CrfRnnCase : ModuleCase
{
    /// <summary>Pictures.</summary>
    public int B { get; init; } = 2;

    /// <summary>Labels.</summary>
    public int K { get; init; } = 3;

    /// <summary>Height.</summary>
    public int H { get; init; } = 2;

    /// <summary>Width.</summary>
    public int W { get; init; } = 3;

    /// <summary>Iterations.</summary>
    public int Iterations { get; init; } = 2;

    internal DenseCrfOptions ForOptions => new()
    {
        SmoothnessSpread = 1,
        AppearanceSpread = 2,
        ColourSpread = 0.4,
        SmoothnessWeight = 0.5,
        AppearanceWeight = 1,
        Iterations = Iterations,
        Sums = PairSums.Exact,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => [new("weights", 2, K), new("compatibility", K, K)];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
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

/// <summary>A CRF as a layer against its definition.</summary>
public sealed class CrfRnnSpec : ModuleSpec<CrfRnn, CrfRnnCase>
{
    /// <inheritdoc/>
    public override Gen<CrfRnnCase> Cases =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(2, 3)
        from h in Gen.Choose(1, 3)
        from w in Gen.Choose(1, 3)
        from iterations in Gen.Choose(1, 3)
        from scale in Gen.Elements(0.1, 1.0, 5.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new CrfRnnCase { B = b, K = k, H = h, W = w, Iterations = iterations, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    protected internal override CrfRnnCase Usual => new() { Seed = 1 };

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9);

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                    // sums over all pixels, several times over

    /// <inheritdoc/>
    protected internal override CrfRnn Make(CrfRnnCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.K, @case.ForOptions);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(CrfRnn module, CrfRnnCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0], inputs[1])];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(CrfRnnCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var (z, o) = (inputs[0], @case.ForOptions);
        Tensor[] weights = [CrfByHand.Weights(PixelKernel.Smoothness(o.SmoothnessSpread), z), CrfByHand.Weights(PixelKernel.Appearance(inputs[1], o.AppearanceSpread, o.ColourSpread), z)];
        var refined = z;
        for (var iteration = 0; iteration < @case.Iterations; iteration++)
        {
            var q = refined.softmax(1).flatten(2);
            var messages = weights.Select((w, m) => p["weights"][m].reshape(-1, 1) * einsum("bij,blj->bli", w, q)).ToArray();
            refined = z - einsum("kl,bli->bki", p["compatibility"], messages[0] + messages[1]).reshape(z.shape);
        }
        return [refined];
    }

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<CrfRnnCase>, CrfRnnCase>> ModelLaws =>
    [
        Own("a new layer is the CRF of its options", "Its softmax is what DenseCrf.Refined gives, in both ways of summing.", (_, c) =>
        {
            var (z, images) = (c.Inputs()[0].Value, c.Inputs()[1].Value);
            var verdict = Verdict.Holds;
            foreach (var sums in Enum.GetValues<PairSums>())
            {
                using var layer = new CrfRnn(c.K, c.ForOptions with { Sums = sums });
                layer.to(ScalarType.Float64);
                verdict = verdict.Then(() => Comparison.Same(
                    "probabilities", layer.call(z, images).softmax(1), DenseCrf.Refined(z, images, c.ForOptions with { Sums = sums }), Tolerance));
            }
            return verdict;
        }) with { Cases = 20 },
    ];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<CrfRnnCase>>> BadInputs =>
    [
        Made("no labels", "labels", () => new CrfRnn(0).Dispose()),
        Made("a spread of 0", "AppearanceSpread", () => new CrfRnn(2, new() { AppearanceSpread = 0 }).Dispose()),
        Made("no iterations", "Iterations", () => new CrfRnn(2, new() { Iterations = 0 }).Dispose()),
        Given("null for logits", "logits", () => [ones(1, 3, 2, 3)], (layer, x) => layer.call(null!, x[0])),
        Given("logits of other labels", "logits", () => [ones(1, 2, 2, 3), ones(1, 3, 2, 3)], (layer, x) => layer.call(x[0], x[1])),
        Given("logits of another dtype", "logits", () => [ones([1, 3, 2, 3], ScalarType.Float64), ones(1, 3, 2, 3)], (layer, x) => layer.call(x[0], x[1])),
        Given("null for images", "images", () => [ones(1, 3, 2, 3)], (layer, x) => layer.call(x[0], null!)),
        Given("images of other pixels", "images", () => [ones(1, 3, 2, 3), ones(1, 3, 2, 2)], (layer, x) => layer.call(x[0], x[1])),
        Given("images of another dtype", "images", () => [ones(1, 3, 2, 3), ones([1, 3, 2, 3], ScalarType.Float64)], (layer, x) => layer.call(x[0], x[1])),
    ];
}

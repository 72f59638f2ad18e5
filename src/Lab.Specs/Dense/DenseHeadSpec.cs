using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using static TorchSharp.torch;

namespace Lab.Specs.Dense;

/// <summary>Features of a few pixels, and a head with a hidden layer or two.</summary>
public sealed record DenseHeadCase : ImageCase
{
    /// <summary>Channels between the convolutions.</summary>
    public int Hidden { get; init; } = 3;

    /// <summary>The last layer's name.</summary>
    public string Last { get; init; } = "classifier";

    /// <summary>Its outputs, where they are not K.</summary>
    public int? Outputs { get; init; }

    /// <summary>Whether it has a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Whether one convolution comes before it instead of two.</summary>
    public bool OneLayer { get; init; }

    /// <summary>Whether depth is spaced by factors.</summary>
    public bool Logarithmic { get; init; }

    /// <inheritdoc/>
    private protected override Layout Layout =>
        (OneLayer ? new Layout().ConvNorm("conv", 0, Hidden, C, 3) : new Layout().Twice("conv", Hidden, C))
        .Conv(Last, Outputs ?? K, Hidden, 1, Bias);

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Hidden > 1)
            yield return this with { Hidden = Hidden - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    internal static Gen<DenseHeadCase> Any(DenseHeadCase like) =>
        from b in Gen.Choose(1, 3)
        from c in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 5)
        from w in Gen.Choose(1, 5)
        from k in Gen.Choose(2, 4)
        from hidden in Gen.Choose(1, 4)
        from scale in Gen.Elements(0.1, 1.0, 10.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select like with { B = b, C = c, H = h, W = w, K = k, Hidden = hidden, Scale = scale, Seed = seed };
}

/// <summary>What the specs of dense heads share.</summary>
/// <typeparam name="THead">The head.</typeparam>
public abstract class DenseHeadSpec<THead> : ModuleSpec<THead, DenseHeadCase>
    where THead : nn.Module<Tensor, Tensor>
{
    /// <summary>The head's numbers by name; a case of usual size.</summary>
    protected internal override DenseHeadCase Usual => new() { Seed = 1 };

    /// <inheritdoc/>
    public override Gen<DenseHeadCase> Cases => DenseHeadCase.Any(Usual);

    /// <summary>Rounding in the first of three layers of sums shows in the last.</summary>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override bool SmoothAt(DenseHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;                                          // a round number may be at a kink
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(THead module, DenseHeadCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0])];
    }

    /// <summary>The last layer by its definition, on a map of hidden channels.</summary>
    protected static Tensor LastLayer(DenseHeadCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        var formulas = new Formulas(p);
        var hidden = @case.OneLayer ? formulas.ConvNormRelu(features, "conv", 0) : formulas.Twice(features, "conv");
        var logits = einsum("bchw,kc->bkhw", hidden, p[$"{@case.Last}.weight"].flatten(1));
        return @case.Bias ? logits + p[$"{@case.Last}.bias"].reshape(1, -1, 1, 1) : logits;
    }

    /// <summary>What every dense head refuses.</summary>
    public override IEnumerable<BadInput<ModuleOp<DenseHeadCase>>> BadInputs =>
    [
        Features("integer features", () => ones(2, 2, 3, 4, dtype: ScalarType.Int64)),
        Features("features without a batch", () => ones(2, 3, 4)),
        Features("features of other channels", () => ones(2, 3, 3, 4)),
        Features("features without pixels", () => ones(2, 2, 0, 4)),
        Features("features of another dtype", () => ones(2, 2, 3, 4, dtype: ScalarType.Float64)),
        Features("features on another device", () => ones([2, 2, 3, 4], device: META)),
        Given("null for features", "features", () => [], (head, _) => head.call(null!)),
        Made("no channels", "channels", () => Make(Usual with { C = 0 }).Dispose()),
        Made("no hidden channels", "hidden", () => Make(Usual with { Hidden = 0 }).Dispose()),
    ];

    private BadInput<ModuleOp<DenseHeadCase>> Features(string description, Func<Tensor> features) =>
        Given(description, "features", () => [features()], (head, x) => head.call(x[0]));
}

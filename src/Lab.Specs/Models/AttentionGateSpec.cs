using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Models;
using Lab.Specs.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Models;

/// <summary>A gating map and a skip connection.</summary>
public sealed record GateCase : ImageCase
{
    /// <summary>Channels of the gating map.</summary>
    public int G { get; init; } = 2;

    /// <summary>Channels in which the two are compared.</summary>
    public int Inner { get; init; } = 2;

    /// <summary>Whether the gating map is half as large.</summary>
    public bool Half { get; init; }

    /// <inheritdoc/>
    private protected override Layout Layout =>
        new Layout().Conv("gate", Inner, G, 1).Conv("skip", Inner, C, 1, bias: false).Conv("psi", 1, Inner, 1);

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
    [
        new("gating", Numbers().Reals(B, G, Half ? (H + 1) / 2 : H, Half ? (W + 1) / 2 : W)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] },
        new("features", Numbers(1).Reals(B, C, H, W)) { Differentiable = true, BatchDim = 0 },
    ];
}

/// <summary>The gate against its formula.</summary>
public sealed class AttentionGateSpec : ModuleSpec<AttentionGate, GateCase>
{
    /// <inheritdoc/>
    protected internal override GateCase Usual => new() { Inner = 8, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<GateCase> Cases =>
        from b in Gen.Choose(1, 3)
        from c in Gen.Choose(1, 3)
        from g in Gen.Choose(1, 3)
        from inner in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 4)
        from w in Gen.Choose(1, 4)
        from half in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new GateCase { B = b, C = c, G = g, Inner = inner, H = h, W = w, Half = half, Seed = seed };

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override bool SmoothAt(GateCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;
    }

    /// <inheritdoc/>
    protected internal override AttentionGate Make(GateCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.G, @case.C, @case.Inner);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(AttentionGate module, GateCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0], inputs[1])];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(GateCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return [Formula(new(p), "", inputs[0], inputs[1])];
    }

    internal static Tensor Formula(Formulas net, string prefix, Tensor gating, Tensor features)
    {
        var asked = F.interpolate(
            net.Conv(gating, $"{prefix}gate"), [features.size(2), features.size(3)], mode: InterpolationMode.Bilinear, align_corners: false);
        return features * net.Conv(F.relu(asked + net.Conv(features, $"{prefix}skip")), $"{prefix}psi").sigmoid();
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<GateCase>>> BadInputs =>
    [
        Given("gating of other channels", "gating", () => [ones(2, 3, 3, 4), ones(2, 2, 3, 4)], (gate, x) => gate.call(x[0], x[1])),
        Given("null for gating", "gating", () => [ones(2, 2, 3, 4)], (gate, x) => gate.call(null!, x[0])),
        Given("features of other channels", "features", () => [ones(2, 2, 3, 4), ones(2, 3, 3, 4)], (gate, x) => gate.call(x[0], x[1])),
        Given("features of another batch", "features", () => [ones(2, 2, 3, 4), ones(3, 2, 3, 4)], (gate, x) => gate.call(x[0], x[1])),
        Given("integer features", "features", () => [ones(2, 2, 3, 4), ones(2, 2, 3, 4, dtype: ScalarType.Int64)], (gate, x) => gate.call(x[0], x[1])),
        Made("no gating channels", "gateChannels", () => new AttentionGate(0, 2, 2).Dispose()),
        Made("no skip channels", "skipChannels", () => new AttentionGate(2, 0, 2).Dispose()),
        Made("no inner channels", "inner", () => new AttentionGate(2, 2, 0).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<GateCase>, GateCase>> ModelLaws =>
    [
        Own("a gate lets through at most all", "Weights lie in [0, 1], one per pixel, and the result is the features times them.", (_, c) =>
        {
            var (gate, x) = Drawn(c);
            using var kept = gate;
            var weights = gate.Weights(x[0], x[1]);
            return Verdict.Require(weights.ge(0).logical_and(weights <= 1).all().ToBoolean(), "A weight is outside [0, 1].")
                .Then(() => Comparison.Same("result", gate.call(x[0], x[1]), weights.expand_as(x[1]) * x[1], Tolerance));
        }),
    ];
}

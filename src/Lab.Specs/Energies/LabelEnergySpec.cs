using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Energies;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Energies;

/// <summary>Short sequences of soft labels, and the numbers of an energy of them.</summary>
public sealed record LabelEnergyCase : ModuleCase
{
    /// <summary>Sequences.</summary>
    public int B { get; init; } = 2;

    /// <summary>Places.</summary>
    public int T { get; init; } = 3;

    /// <summary>Tags.</summary>
    public int K { get; init; } = 2;

    /// <summary>Filters.</summary>
    public int M { get; init; } = 3;

    /// <summary>Neighbours that a filter sees.</summary>
    public int W { get; init; } = 2;

    /// <summary>Whether some sequences end early.</summary>
    public bool Masked { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => [new("filter", M, K, W), new("bias", M), new("weight", M)];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs()
    {
        var labels = new Argument("labels", Numbers().Reals(B, T, K)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] };
        return Masked ? [labels, new("mask", Prefix(Numbers(1), B, T)) { BatchDim = 0 }] : [labels];
    }

    /// <summary>Valid places first; a sequence may have none.</summary>
    internal static Tensor Prefix(Draw numbers, long b, long t) => arange(t).expand(b, t) < numbers.Indices(t + 1, b, 1);

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (M > 1)
            yield return this with { M = 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (Masked)
            yield return this with { Masked = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>The energy of labels against its definition, window by window.</summary>
public sealed class LabelEnergySpec : ModuleSpec<LabelEnergy, LabelEnergyCase>
{
    /// <inheritdoc/>
    public override Gen<LabelEnergyCase> Cases =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 4)
        from k in Gen.Choose(1, 3)
        from m in Gen.Choose(1, 3)
        from w in Gen.Choose(1, 4)
        from masked in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new LabelEnergyCase { B = b, T = t, K = k, M = m, W = w, Masked = masked, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    protected internal override LabelEnergyCase Usual => new() { Seed = 1 };

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                    // differences of softplus, summed

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(LabelEnergyCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return EnergyByHand.Disturb(arguments, "labels");
    }

    /// <inheritdoc/>
    protected internal override LabelEnergy Make(LabelEnergyCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.K, @case.M, @case.W);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(LabelEnergy module, LabelEnergyCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0], inputs.Count > 1 ? inputs[1] : null)];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(LabelEnergyCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        return [EnergyByHand.Value(EnergyByHand.Shown(inputs[0], inputs.Count > 1 ? inputs[1] : null), p["filter"], p["bias"], p["weight"])];
    }

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<LabelEnergyCase>, LabelEnergyCase>> ModelLaws =>
    [
        Own("no labels cost nothing", "Where every label is 0 the energy is exactly 0, whatever the weights.", (_, c) =>
        {
            using var module = new LabelEnergy(c.K, c.M, c.W);
            return Comparison.Same("energy", module.call(zeros(c.B, c.T, c.K), null), zeros(c.B), new Tolerance(0, 0));
        }) with { Cases = 10 },
        Own("where a sequence stands does not matter", "A place without a label before it changes nothing.", (_, c) =>
        {
            var (module, x) = Drawn(c with { Masked = false });
            using var kept = module;
            var moved = cat([zeros_like(x[0].narrow(1, 0, 1)), x[0]], 1);
            return Comparison.Same("energy", module.call(moved, null), module.call(x[0], null), Tolerance);
        }) with { Cases = 20 },
        Own("a window of two sees order, a window of one does not", "Read backwards a sequence costs the same with W = 1, and not with W = 2.", (_, c) =>
        {
            var (module, x) = Drawn(c with { W = 1, Masked = false, Scale = 1 });
            var (pairs, y) = Drawn(new LabelEnergyCase { Seed = c.Seed });
            using (module)
            using (pairs)
                return Comparison.Same("energy", module.call(x[0].flip(1), null), module.call(x[0], null), Tolerance)
                    .Then(() => Verdict.Require(
                        (pairs.call(y[0].flip(1), null) - pairs.call(y[0], null)).abs().max().ToDouble() > 1e-6, "The order of labels does not matter."));
        }) with { Cases = 10 },
    ];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<LabelEnergyCase>>> BadInputs =>
    [
        Made("no tags", "tags", () => new LabelEnergy(0).Dispose()),
        Made("no filters", "filters", () => new LabelEnergy(2, 0).Dispose()),
        Made("no window", "window", () => new LabelEnergy(2, 3, 0).Dispose()),
        Given("null for labels", "labels", () => [], (m, _) => m.call(null!, null)),
        Given("integer labels", "labels", () => [ones([2, 3, 2], ScalarType.Int64)], (m, x) => m.call(x[0], null)),
        Given("labels of another width", "labels", () => [ones(2, 3, 4)], (m, x) => m.call(x[0], null)),
        Given("labels without places", "labels", () => [ones(2, 0, 2)], (m, x) => m.call(x[0], null)),
        Given("labels of another dtype", "labels", () => [ones([2, 3, 2], ScalarType.Float64)], (m, x) => m.call(x[0], null)),
        Given("labels on another device", "labels", () => [ones([2, 3, 2], device: META)], (m, x) => m.call(x[0], null)),
        Given("a float mask", "mask", () => [ones(2, 3, 2), ones(2, 3)], (m, x) => m.call(x[0], x[1])),
        Given("a mask of other places", "mask", () => [ones(2, 3, 2), ones([2, 4], ScalarType.Bool)], (m, x) => m.call(x[0], x[1])),
        Given("a mask with a hole", "mask", () => [ones(1, 3, 2), tensor(new[,] { { true, false, true } })], (m, x) => m.call(x[0], x[1])),
    ];
}

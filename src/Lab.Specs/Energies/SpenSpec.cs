using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Energies;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Energies;

/// <summary>Short sentences with right tags, and the numbers of a structured prediction energy network.</summary>
public sealed record SpenCase : ModuleCase
{
    /// <summary>Sentences.</summary>
    public int B { get; init; } = 2;

    /// <summary>Places.</summary>
    public int T { get; init; } = 3;

    /// <summary>Tags.</summary>
    public int K { get; init; } = 3;

    /// <summary>Filters.</summary>
    public int M { get; init; } = 2;

    /// <summary>Neighbours that a filter sees.</summary>
    public int W { get; init; } = 2;

    /// <summary>Steps of inference.</summary>
    public int S { get; init; } = 2;

    /// <summary>How much the entropy counts.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Whether some sentences end early.</summary>
    public bool Masked { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters =>
        [new("energy.filter", M, K, W), new("energy.bias", M), new("energy.weight", M), new("rates", S)];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 1];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs()
    {
        Argument[] sentences =
        [
            new("emissions", Numbers().Reals(B, T, K)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] },
            new("tags", Numbers(1).Indices(K, B, T)) { BatchDim = 0 },
        ];
        return Masked ? [.. sentences, new("mask", LabelEnergyCase.Prefix(Numbers(2), B, T)) { BatchDim = 0 }] : sentences;
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (S > 1)
            yield return this with { S = S - 1 };
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

/// <summary>The layer against its steps with the energy's gradient written by hand.</summary>
public sealed class SpenSpec : ModuleSpec<Spen, SpenCase>
{
    /// <inheritdoc/>
    public override Gen<SpenCase> Cases =>
        from b in Gen.Choose(1, 2)
        from t in Gen.Choose(1, 3)
        from k in Gen.Choose(1, 3)
        from m in Gen.Choose(1, 2)
        from w in Gen.Choose(1, 3)
        from s in Gen.Choose(1, 3)
        from temperature in Gen.Elements(0.5, 1.0, 1.0)
        from masked in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 10.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SpenCase
        {
            B = b,
            T = t,
            K = k,
            M = m,
            W = w,
            S = s,
            Temperature = temperature,
            Masked = masked,
            Scale = scale,
            Seed = seed,
        };

    /// <inheritdoc/>
    protected internal override SpenCase Usual => new() { Seed = 1 };

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-8, 1e-8);

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                    // steps feed on each other

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(500 * magnitude);

    /// <inheritdoc/>
    public override int MostCases => 40;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SpenCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return EnergyByHand.Disturb(arguments, "emissions");
    }

    /// <inheritdoc/>
    protected internal override Spen Make(SpenCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.K, @case.M, @case.W, @case.S, @case.Temperature);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(Spen module, SpenCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var mask = Mask(inputs);
        return [module.call(inputs[0], inputs[1], mask), module.Infer(inputs[0], mask)];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(SpenCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var mask = Mask(inputs) ?? ones_like(inputs[1]).to(ScalarType.Bool);
        var (shown, trace) = (EnergyByHand.Shown(inputs[0], mask), new List<Tensor>());
        var (z, loss, weights) = (zeros_like(shown), zeros(shown.size(0), dtype: shown.dtype), 0.0);
        for (var s = 0; s < @case.S; s++)
        {
            var slope = EnergyByHand.Gradient(EnergyByHand.Shown(z.softmax(-1), mask), p["energy.filter"], p["energy.bias"], p["energy.weight"]);
            z = z - p["rates"][s] * (@case.Temperature * z + EnergyByHand.Shown(slope, mask) - shown);
            trace.Add(z);
            var weight = 1.0 / (@case.S - s);
            var right = z.log_softmax(-1).gather(-1, inputs[1].where(mask, 0).unsqueeze(-1)).squeeze(-1);
            loss = loss - weight * right.where(mask, 0).sum(-1);
            weights += weight;
        }
        return [loss / weights, stack(trace.ToArray())];
    }

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<SpenCase>, SpenCase>> ModelLaws =>
    [
        Own("without a label energy it is the softmax tagger", "With weights of 0, τ = 1 and rates of 1 each step gives the emissions.", (_, c) =>
        {
            using var layer = new Spen(c.K, c.M, c.W, c.S);
            layer.to(ScalarType.Float64);
            Installed.Put(layer, "energy.weight", zeros(c.M, dtype: ScalarType.Float64));
            var x = c.Inputs()[0].Value;
            return Comparison.Same("logits", layer.Infer(x), x.expand(c.S, -1, -1, -1), Tolerance);
        }) with { Cases = 10 },
        Own("it answers with the last step", "Decode gives the best tag of the last step's logits, and minus the energy of these tags.", (_, c) =>
        {
            var (layer, x) = Drawn(c);
            using var kept = layer;
            var mask = Mask(x);
            var (tags, score) = layer.Decode(x[0], mask);
            var valid = mask ?? ones_like(tags).to(ScalarType.Bool);
            var best = layer.Infer(x[0], mask)[-1].argmax(-1);
            var energy = layer.Energy(nn.functional.one_hot(best, c.K).to(ScalarType.Float64), x[0], mask);
            return Comparison.Same("tags", tags, best.where(valid, Crf.PaddingTag), new Tolerance(0, 0))
                .Then(() => Comparison.Same("scores", score, -energy, Tolerance))
                .Then(() => Verdict.Require(!score.requires_grad, "Decoding keeps a graph."));
        }) with { Cases = 20 },
        Own("its energy is the emissions' and the labels'", "Energy is what LabelEnergy gives less the emissions of the labels.", (_, c) =>
        {
            var (layer, x) = Drawn(c);
            using var kept = layer;
            var mask = Mask(x);
            var labels = EnergyByHand.Shown(x[0].flip(0).softmax(-1), mask);
            var p = layer.state_dict();
            var expected = EnergyByHand.Value(labels, p["energy.filter"], p["energy.bias"], p["energy.weight"])
                - (labels * EnergyByHand.Shown(x[0], mask)).sum([1, 2]);
            return Comparison.Same("energy", layer.Energy(labels, x[0], mask), expected, Tolerance);
        }) with { Cases = 20 },
    ];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<SpenCase>>> BadInputs =>
    [
        Made("no tags", "tags", () => new Spen(0).Dispose()),
        Made("no filters", "filters", () => new Spen(2, filters: 0).Dispose()),
        Made("no window", "window", () => new Spen(2, window: 0).Dispose()),
        Made("no steps", "steps", () => new Spen(2, steps: 0).Dispose()),
        Made("a temperature of 0", "temperature", () => new Spen(2, temperature: 0).Dispose()),
        Given("null for emissions", "emissions", () => [zeros([2, 3], ScalarType.Int64)], (m, x) => m.call(null!, x[0], null)),
        Given("emissions of another width", "emissions", () => [ones(2, 3, 4), zeros([2, 3], ScalarType.Int64)], (m, x) => m.call(x[0], x[1], null)),
        Given("emissions of another dtype", "emissions", () => [ones([2, 3, 3], ScalarType.Float64), zeros([2, 3], ScalarType.Int64)], (m, x) => m.call(x[0], x[1], null)),
        Given("emissions on another device", "emissions", () => [ones([2, 3, 3], device: META)], (m, x) => m.Infer(x[0])),
        Given("null for tags", "tags", () => [ones(2, 3, 3)], (m, x) => m.call(x[0], null!, null)),
        Given("a tag that there is not", "tags", () => [ones(2, 3, 3), full([2, 3], 3, ScalarType.Int64)], (m, x) => m.call(x[0], x[1], null)),
        Given("a padding tag at a valid place", "tags", () => [ones(2, 3, 3), full([2, 3], -100, ScalarType.Int64)], (m, x) => m.call(x[0], x[1], null)),
        Given("a mask with a hole", "mask", () => [ones(1, 3, 3), tensor(new[,] { { false, true, true } })], (m, x) => m.Decode(x[0], x[1])),
        Given("labels of other places", "labels", () => [ones(2, 2, 3), ones(2, 3, 3)], (m, x) => m.Energy(x[0], x[1])),
    ];

    private static Tensor? Mask(IReadOnlyList<Tensor> inputs) => inputs.Count > 2 ? inputs[2] : null;
}

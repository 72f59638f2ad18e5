using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Energies;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<Lab.Specs.Energies.PairEnergy, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, double, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Energies;

/// <summary>
/// An energy of soft labels whose gradient can be written down: each place has a field, neighbours are coupled, and a cubic term makes the curvature
/// depend on the labels.
/// </summary>
/// <param name="Field"><c>[B, T, K]</c>.</param>
/// <param name="Coupling"><c>[K, K]</c>, from the row's tag to the column's.</param>
public sealed record PairEnergy(Tensor Field, Tensor Coupling)
{
    /// <summary><c>-Σ⟨field, y⟩ - Σ y[t]ᵀ·coupling·y[t + 1] + Σ y³/3</c>, <c>[B]</c>.</summary>
    public Tensor Value(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        var length = y.size(1);
        var steps = y.narrow(1, 0, length - 1).matmul(Coupling) * y.narrow(1, 1, length - 1);
        return (y.pow(3) / 3 - Field * y).sum([1, 2]) - steps.sum([1, 2]);
    }

    /// <summary>Its gradient, term by term.</summary>
    public Tensor Gradient(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        var nothing = zeros_like(y.narrow(1, 0, 1));
        var length = y.size(1);
        var after = cat([y.narrow(1, 1, length - 1), nothing], 1);
        var before = cat([nothing, y.narrow(1, 0, length - 1)], 1);
        return y * y - Field - after.matmul(Coupling.t()) - before.matmul(Coupling);
    }
}

/// <summary>A few short sequences, where to start and how far to go.</summary>
public sealed record DescentCase : Case
{
    /// <summary>Sequences.</summary>
    public int B { get; init; } = 1;

    /// <summary>Places.</summary>
    public int T { get; init; } = 1;

    /// <summary>Tags.</summary>
    public int K { get; init; } = 2;

    /// <summary>Steps.</summary>
    public int S { get; init; } = 1;

    /// <summary>How much the entropy counts.</summary>
    public double Temperature { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [1];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("field", Numbers().Reals(B, T, K)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
        new("coupling", Numbers(1).Reals(K, K)) { Differentiable = true },
        new("logits", Numbers(2).Reals(B, T, K)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
        new("rates", Numbers(3).Between(0.1, 1, S)) { Differentiable = true },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (S > 1)
            yield return this with { S = S - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Unrolled inference against the same steps with the energy's gradient written by hand.</summary>
public sealed class MirrorDescentSpec : Spec<Op, DescentCase>
{
    /// <inheritdoc/>
    public override MemberInfo Subject => typeof(Relaxation).GetMethod(nameof(Relaxation.MirrorDescent))!;

    /// <inheritdoc/>
    public override Op Op => (energy, logits, rates, temperature) => Relaxation.MirrorDescent(energy.Value, logits, rates, temperature);

    /// <summary>In terms of the labels: multiplied by exp(-η·gradient), and normalised; the logits follow without normalising.</summary>
    public override Op Oracle => (energy, logits, rates, temperature) =>
    {
        var trace = new List<Tensor>();
        for (var s = 0; s < rates.size(0); s++)
        {
            var labels = (logits - logits.logsumexp(-1, keepdim: true)).exp();
            logits = (1 - rates[s] * temperature) * logits - rates[s] * energy.Gradient(labels);
            trace.Add(logits);
        }
        return stack(trace.ToArray());
    };

    /// <inheritdoc/>
    public override Gen<DescentCase> Cases =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 3)
        from k in Gen.Choose(1, 3)
        from s in Gen.Choose(1, 4)
        from temperature in Gen.Elements(0.0, 0.5, 1.0)
        from scale in Gen.Elements(0.0, 0.3, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DescentCase { B = b, T = t, K = k, S = s, Temperature = temperature, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, DescentCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(new(arguments[0], arguments[1]), arguments[2], arguments[3], @case.Temperature)];
    }

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-8, 1e-8);               // at a scale of 30 a step multiplies what came before

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                    // for the same reason

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(DescentCase @case, double magnitude)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return Tolerance.InSingle(magnitude * Math.Pow(1 + magnitude, @case.S));
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        new("null for energy", "energy", () => [ones(2, 3), ones(1)], (_, x) => Relaxation.MirrorDescent(null!, x[0], x[1])),
        Bad("null for logits", "logits", () => [ones(1)], x => Relaxation.MirrorDescent(Total, null!, x[0])),
        Bad("integer logits", "logits", () => [ones([2, 3], ScalarType.Int64), ones(1)]),
        Bad("logits without a batch", "logits", () => [ones(3), ones(1)]),
        Bad("no labels to choose from", "logits", () => [ones(2, 0), ones(1)]),
        Bad("null for rates", "rates", () => [ones(2, 3)], x => Relaxation.MirrorDescent(Total, x[0], null!)),
        Bad("no steps", "rates", () => [ones(2, 3), ones(0)]),
        Bad("rates for each example", "rates", () => [ones(2, 3), ones(2, 1)]),
        Bad("rates of another dtype", "rates", () => [ones(2, 3), ones(1, dtype: ScalarType.Float64)]),
        Bad("rates on another device", "rates", () => [ones(2, 3), ones([1], device: META)]),
        Bad("a temperature below 0", "temperature", () => [ones(2, 3), ones(1)], x => Relaxation.MirrorDescent(Total, x[0], x[1], -1)),
        Bad("a temperature that is not a number", "temperature", () => [ones(2, 3), ones(1)], x => Relaxation.MirrorDescent(Total, x[0], x[1], double.NaN)),
        Bad("one energy for all examples", "energy", () => [ones(2, 3), ones(1)], x => Relaxation.MirrorDescent(y => y.sum(), x[0], x[1])),
        Bad("energies of other examples", "energy", () => [ones(2, 3), ones(1)], x => Relaxation.MirrorDescent(_ => zeros(3), x[0], x[1])),
        Bad("an energy for each label", "energy", () => [ones(2, 3), ones(1)], x => Relaxation.MirrorDescent(y => y * 2, x[0], x[1])),
        Bad("no energy at all", "energy", () => [ones(2, 3), ones(1)], x => Relaxation.MirrorDescent(_ => null!, x[0], x[1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, DescentCase>> OwnLaws =>
    [
        Own("of a linear energy one step finds the softmax", "With η = τ = 1 and E(y) = -⟨b, y⟩ every step gives b, wherever it starts.", (_, c) =>
        {
            var x = c.Draw();
            var trace = Relaxation.MirrorDescent(y => -(x[0].Value * y).sum([1, 2]), x[2].Value, ones(c.S, dtype: ScalarType.Float64));
            return Comparison.Same("logits", trace, x[0].Value.expand(trace.shape), Tolerance);
        }),
        Own("an energy that says nothing leaves the start alone", "With a constant energy and τ = 0 every step gives the logits it began with.", (_, c) =>
        {
            var x = c.Draw();
            var trace = Relaxation.MirrorDescent(y => zeros(y.size(0), dtype: y.dtype), x[2].Value, x[3].Value, 0);
            return Comparison.Same("logits", trace, x[2].Value.expand(trace.shape), Tolerance);
        }),
        Own("short steps go down", "With a rate that the energy's curvature allows, no step raises the free energy.", (op, c) =>
        {
            var x = c.Draw();
            var energy = new PairEnergy(x[0].Value, x[1].Value);
            var rates = full([20], 1 / (2 * x[1].Value.abs().sum().ToDouble() + 2 + c.Temperature), ScalarType.Float64);
            var labels = cat([x[2].Value.unsqueeze(0), op(energy, x[2].Value, rates, c.Temperature)]).softmax(-1);
            var free = stack(labels.unbind().Select(y => energy.Value(y) - c.Temperature * special.entr(y).sum([1, 2])).ToArray());
            return Verdict.Require(
                free.diff(dim: 0).le(1e-9 * (1 + free.abs().max())).all().ToBoolean(), "The free energy rose at a step.");
        }),
        Own("a constant on the logits of a place is no news", "Distributions do not change when all logits of a place do.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var moved = x[2] + 3 * arange(c.T, dtype: ScalarType.Float64).unsqueeze(1);
            return Comparison.Same(
                "labels", op(new(x[0], x[1]), moved, x[3], c.Temperature).softmax(-1), Call(op, c, x)[0].softmax(-1), new Tolerance(1e-6, 1e-6));
        }),
        Own("it works where no gradient is recorded", "Under no_grad the steps are the same, and the result holds no graph.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            x[3].requires_grad_();
            var recorded = Call(op, c, x)[0];
            using var noGrad = no_grad();
            var plain = Call(op, c, x)[0];
            return Verdict.Require(!plain.requires_grad && recorded.requires_grad, "The result's graph is not what was asked for.")
                .Then(() => Comparison.Same("logits", plain, recorded.detach(), new Tolerance(0, 0)));
        }) with { Cases = 20 },
    ];

    private static Tensor Total(Tensor labels) => labels.sum(-1);

    private static BadInput<Op> Bad(string description, string parameter, Func<Tensor[]> draw, Action<Tensor[]>? call = null) =>
        new(description, parameter, draw, (_, x) => (call ?? (y => Relaxation.MirrorDescent(Total, y[0], y[1])))(x));
}

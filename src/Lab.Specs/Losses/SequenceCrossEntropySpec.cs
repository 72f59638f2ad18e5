using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Logits for every place of targets of different lengths.</summary>
public sealed record SequenceLossCase : Case
{
    /// <summary>Targets.</summary>
    public required int B { get; init; }

    /// <summary>Places.</summary>
    public required int T { get; init; }

    /// <summary>Vocabulary.</summary>
    public required int V { get; init; }

    /// <summary>What fills up: a token, or a number that is none.</summary>
    public long Padding { get; init; }

    /// <summary>The part of the places that hold a token.</summary>
    public double Filled { get; init; } = 0.7;

    /// <summary>Label smoothing.</summary>
    public double Smoothing { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var tokens = Numbers(1).Indices(V, B, T);
        return
        [
            new("logits", Numbers().Reals(B, T, V)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
            new("targets", tokens.masked_fill(Numbers(2).Mask(1 - Filled, B, T), Padding)) { BatchDim = 0 },
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (V > 1)
            yield return this with { V = V - 1, Padding = Math.Min(Padding, V - 2) };
        if (Smoothing > 0)
            yield return this with { Smoothing = 0 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Cross-entropy of sequences against the library's, of transposed logits.</summary>
public sealed class SequenceCrossEntropySpec : Spec<Func<Tensor, Tensor, long, double, Tensor>, SequenceLossCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, double, Tensor> Op => Loss.SequenceCrossEntropy;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, double, Tensor> Oracle => (logits, targets, padding, smoothing) =>
        F.cross_entropy(logits.transpose(1, 2), targets, null, padding, nn.Reduction.None, smoothing);

    /// <inheritdoc/>
    public override Gen<SequenceLossCase> Cases =>
        from b in Gen.Choose(1, 4)
        from t in Gen.Choose(1, 4)
        from v in Gen.Choose(1, 6)
        from padding in Gen.Elements(-100L, 0L, v - 1L)
        from filled in Gen.Elements(0.0, 0.7, 1.0)
        from smoothing in Gen.Elements(0.0, 0.0, 0.1, 0.9)
        from scale in Gen.Elements(0.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SequenceLossCase
        {
            B = b,
            T = t,
            V = v,
            Padding = padding,
            Filled = filled,
            Smoothing = smoothing,
            Scale = scale,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, long, double, Tensor> op, SequenceLossCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Padding, @case.Smoothing)];

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SequenceLossCase @case, IReadOnlyList<Argument> arguments) =>
    [
        arguments[0].With(arguments[0].Value.masked_fill((arguments[1].Value == @case.Padding).unsqueeze(-1), double.NaN)),
        arguments[1],
    ];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, long, double, Tensor>>> BadInputs =>
    [
        Bad("integer logits", "logits", () => [ones(2, 3, 4, dtype: ScalarType.Int64), Tokens()]),
        Bad("logits of one step", "logits", () => [ones(2, 4), Tokens()]),
        Bad("no vocabulary", "logits", () => [ones(2, 3, 0), Tokens()]),
        new("null for logits", "logits", () => [], (op, _) => op(null!, null!, 0, 0)),
        new("null for targets", "targets", () => [ones(2, 3, 4)], (op, x) => op(x[0], null!, 0, 0)),
        Bad("targets with BOS still there", "targets", () => [ones(2, 3, 4), ones(2, 4, dtype: ScalarType.Int64)]),
        Bad("targets that are no integers", "targets", () => [ones(2, 3, 4), ones(2, 3)]),
        Bad("a token that is not in the vocabulary", "targets", () => [ones(2, 3, 4), full([2, 3], 4L)]),
        Bad("targets on another device", "targets", () => [ones(2, 3, 4), ones([2, 3], ScalarType.Int64, META)]),
        new("smoothing 1", "smoothing", () => [ones(2, 3, 4), Tokens()], (op, x) => op(x[0], x[1], 0, 1)),
        new("negative smoothing", "smoothing", () => [ones(2, 3, 4), Tokens()], (op, x) => op(x[0], x[1], 0, -0.1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, long, double, Tensor>, SequenceLossCase>> OwnLaws =>
    [
        Own("the sum over a row is that of the whole sequence", "Losses add up to -log of the product of the tokens' probabilities.", (op, c) =>
        {
            var drawn = (c with { Padding = -100, Filled = 1, Smoothing = 0, Scale = 1 }).Draw();
            var p = F.softmax(drawn[0].Value, -1).gather(-1, drawn[1].Value.unsqueeze(-1)).squeeze(-1);
            return Comparison.Same("sum", op(drawn[0].Value, drawn[1].Value, -100, 0).sum(1), -p.prod(1).log(), new Tolerance(1e-9, 1e-12));
        }),
        Own("padding appended changes nothing", "With two more places of padding the weighted mean is what it was; of padding alone it is 0, with gradient 0.", (op, c) =>
        {
            var drawn = c.Draw();
            var (logits, targets) = (drawn[0].Value, drawn[1].Value);
            var longer = cat([targets, full([c.B, 2], c.Padding, dtype: ScalarType.Int64)], 1);
            var expected = Mean(op, c, logits, targets);
            var got = Mean(op, c, cat([logits, ones(c.B, 2, c.V, dtype: ScalarType.Float64)], 1), longer);
            var leaf = logits.clone().requires_grad_();
            var nothing = Mean(op, c, leaf, full_like(targets, c.Padding));
            nothing.backward();
            return Comparison.Same("mean", got, expected, Tolerance)
                .Then(() => Comparison.Same("mean of padding", nothing, zeros([], dtype: ScalarType.Float64), new Tolerance(0, 0)))
                .Then(() => Comparison.Same("gradient of padding", leaf.grad!, zeros_like(leaf), new Tolerance(0, 0)));
        }),
    ];

    private static Tensor Mean(Func<Tensor, Tensor, long, double, Tensor> op, SequenceLossCase c, Tensor logits, Tensor targets) =>
        Loss.WeightedMean(op(logits, targets, c.Padding, c.Smoothing), targets != c.Padding);

    private static Tensor Tokens() => ones(2, 3, dtype: ScalarType.Int64);

    private static BadInput<Func<Tensor, Tensor, long, double, Tensor>> Bad(string description, string parameter, Func<Tensor[]> draw) =>
        new(description, parameter, draw, (op, x) => op(x[0], x[1], 0, 0));
}

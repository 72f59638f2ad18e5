using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Activations;

/// <summary>Logits of any rank, and a mask of their shape or of one that broadcasts to it.</summary>
public sealed record MaskedLogitsCase : Case
{
    /// <summary>Sizes, rank 1 to 4.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>The dimension that the op works along; negative counts from the end.</summary>
    public int Dim { get; init; }

    /// <summary>Whether the mask has a 1 in place of the first dimension, and is the same for all there.</summary>
    public bool Shared { get; init; }

    /// <summary>The part of the entries that is allowed.</summary>
    public double Allowed { get; init; } = 0.6;

    private int Rank => Shape.Sizes.Length;

    private int Along => Dim < 0 ? Dim + Rank : Dim;

    private int? BatchDim => Rank == 1 ? null : Along == 0 ? 1 : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => BatchDim is { } dim ? [dim] : [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("logits", Numbers().Reals(Shape.Sizes)) { Differentiable = true, BatchDim = BatchDim, Extremes = [1e4, -1e4] },
        new("mask", Numbers(1).Mask(Allowed, Shared ? [1, .. Shape.Sizes[1..]] : Shape.Sizes))
        {
            BatchDim = Shared && BatchDim == 0 ? null : BatchDim,
        },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        for (var d = 0; d < Rank && Rank > 1; d++)
            if (d != Along)
                yield return this with { Shape = Shape.Without(d), Dim = Along > d ? Along - 1 : Along };
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        if (Dim < 0)
            yield return this with { Dim = Along };
        if (Shared)
            yield return this with { Shared = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Masked softmax against the library's softmax of logits filled with -∞.</summary>
public sealed class MaskedSoftmaxSpec : Spec<Func<Tensor, Tensor, long, Tensor>, MaskedLogitsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, Tensor> Op => Activation.MaskedSoftmax;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, Tensor> Oracle => (logits, mask, dim) =>
    {
        var full = mask.expand(logits.shape);
        var blind = full.logical_not().all(dim, keepdim: true);       // NaN in the library
        return F.softmax(logits.masked_fill(full.logical_or(blind).logical_not(), double.NegativeInfinity), dim)
            .masked_fill(blind, 0);
    };

    /// <inheritdoc/>
    public override Gen<MaskedLogitsCase> Cases =>
        from rank in Gen.Choose(1, 4)
        from sizes in Gen.Choose(1, 5).ArrayOf(rank)
        from dim in Gen.Choose(-rank, rank - 1)
        from shared in Gen.Elements(false, false, true)
        from allowed in Gen.Elements(0.3, 0.7, 1.0)
        from scale in Gen.Elements(0.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new MaskedLogitsCase
        {
            Shape = new([.. sizes.Select(s => (long)s)]),
            Dim = dim,
            Shared = shared,
            Allowed = allowed,
            Scale = scale,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, long, Tensor> op, MaskedLogitsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Dim)];

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(MaskedLogitsCase @case, IReadOnlyList<Argument> arguments)
    {
        var hidden = arguments[1].Value.logical_not();
        return [arguments[0].With(arguments[0].Value.masked_fill(hidden, double.NaN)), arguments[1]];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, long, Tensor>>> BadInputs =>
    [
        new("integer logits", "logits", () => [ones(2, 3, dtype: ScalarType.Int64), Yes(2, 3)], (op, x) => op(x[0], x[1], 1)),
        new("null for logits", "logits", () => [Yes(2, 3)], (op, x) => op(null!, x[0], 1)),
        new("dimension 2 of a matrix", "dim", () => [ones(2, 3), Yes(2, 3)], (op, x) => op(x[0], x[1], 2)),
        new("dimension -3 of a matrix", "dim", () => [ones(2, 3), Yes(2, 3)], (op, x) => op(x[0], x[1], -3)),
        new("a scalar", "dim", () => [ones([]), Yes()], (op, x) => op(x[0], x[1], -1)),
        new("nothing along the dimension", "logits", () => [ones(2, 0), Yes(2, 0)], (op, x) => op(x[0], x[1], 1)),
        new("null for the mask", "mask", () => [ones(2, 3)], (op, x) => op(x[0], null!, -1)),
        new("a mask of numbers", "mask", () => [ones(2, 3), ones(2, 3)], (op, x) => op(x[0], x[1], -1)),
        new("a mask of lengths", "mask", () => [ones(2, 3), ones(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], -1)),
        new("a mask of another shape", "mask", () => [ones(2, 3), Yes(3, 2)], (op, x) => op(x[0], x[1], -1)),
        new("a mask of higher rank", "mask", () => [ones(2, 3), Yes(1, 2, 3)], (op, x) => op(x[0], x[1], -1)),
        new("a mask on another device", "mask", () => [ones(2, 3), ones([2, 3], ScalarType.Bool, META)], (op, x) => op(x[0], x[1], -1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, long, Tensor>, MaskedLogitsCase>> OwnLaws =>
    [
        Own("rows sum to one, or to zero", "Where something is allowed the row is a distribution; where nothing is, it is all 0.", (op, c) =>
        {
            var drawn = c.Draw();
            var sums = op(drawn[0].Value, drawn[1].Value, c.Dim).sum(c.Dim);
            var expected = drawn[1].Value.expand(c.Shape.Sizes).any(c.Dim).to(ScalarType.Float64);
            return Comparison.Same("sum", sums, expected, Tolerance);
        }),
        Own("what is masked has no part in it", "Masked entries have probability exactly 0 and gradient exactly 0.", (op, c) =>
        {
            var drawn = c.Draw();
            var logits = drawn[0].Value.requires_grad_();
            var hidden = drawn[1].Value.logical_not().expand(c.Shape.Sizes);
            var probabilities = op(logits, drawn[1].Value, c.Dim);
            (probabilities * arange(probabilities.numel(), dtype: ScalarType.Float64).reshape(c.Shape.Sizes)).sum().backward();
            return Verdict.Require(probabilities[hidden].eq(0).all().ToBoolean(), "A masked entry has a probability.")
                .Then(() => Verdict.Require(logits.grad![hidden].eq(0).all().ToBoolean(), "A masked entry has a gradient."));
        }),
        Own("masking is leaving out", "The allowed entries have the probabilities that they have without the others.", (op, c) =>
        {
            var logits = c.Draw()[0].Value.flatten();
            var mask = (c with { Shared = false }).Draw()[1].Value.flatten();
            if (!mask.any().ToBoolean())
                return Verdict.DoesNotApply;
            return Comparison.Same("result", op(logits, mask, 0)[mask], F.softmax(logits[mask], 0), Tolerance);
        }),
        Own("impossible entries are as good as masked", "A row whose allowed logits are all -∞ is all 0, with gradient 0.", (op, _) =>
        {
            var logits = tensor([double.NegativeInfinity, double.NegativeInfinity, 3.0]).requires_grad_();
            var probabilities = op(logits, tensor([true, true, false]), 0);
            (probabilities * tensor([1.0, 2.0, 3.0])).sum().backward();
            return Comparison.Same("result", probabilities, zeros(3, dtype: ScalarType.Float64), new Tolerance(0, 0))
                .Then(() => Comparison.Same("gradient", logits.grad!, zeros(3, dtype: ScalarType.Float64), new Tolerance(0, 0)));
        }) with { Cases = 1 },
    ];

    private static Tensor Yes(params long[] shape) => ones(shape, dtype: ScalarType.Bool);
}

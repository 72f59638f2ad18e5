using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Activations;

/// <summary>Units in whole groups along one dimension.</summary>
public sealed record SumPoolCase : Case
{
    /// <summary>Sizes after pooling, rank 1 to 4.</summary>
    public required TensorShape Pooled { get; init; }

    /// <summary>The dimension to pool; negative counts from the end.</summary>
    public int Dim { get; init; }

    /// <summary>Units in a group.</summary>
    public long Size { get; init; } = 1;

    private int Along => Dim < 0 ? Dim + Pooled.Sizes.Length : Dim;

    private int? BatchDim => Pooled.Sizes.Length == 1 ? null : Along == 0 ? 1 : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => BatchDim is { } dim ? [dim] : [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var shape = Pooled.Sizes.ToArray();
        shape[Along] *= Size;
        return [new("units", Numbers().Reals(shape)) { Differentiable = true, BatchDim = BatchDim, Extremes = [1e4, -1e4] }];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Pooled.Shrink())
            yield return this with { Pooled = smaller };
        if (Size > 2)
            yield return this with { Size = Size - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Sum-pooling against n times the library's average.</summary>
public sealed class SumPoolSpec : Spec<Func<Tensor, long, long, Tensor>, SumPoolCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, long, long, Tensor> Op => Activation.SumPool;

    /// <inheritdoc/>
    public override Func<Tensor, long, long, Tensor> Oracle => (units, size, dim) =>
    {
        var last = units.movedim([dim], [-1]);
        var averages = F.avg_pool1d(last.reshape(-1, 1, last.size(-1)), size, size);
        return size * averages.reshape([.. last.shape[..^1], averages.size(-1)]).movedim([-1], [dim]);
    };

    /// <inheritdoc/>
    public override Gen<SumPoolCase> Cases =>
        from rank in Gen.Choose(1, 4)
        from sizes in Gen.Choose(1, 4).ArrayOf(rank)
        from dim in Gen.Choose(-rank, rank - 1)
        from size in Gen.Choose(1, 5)
        from scale in Gen.Elements(0.0, 1.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SumPoolCase
        {
            Pooled = new([.. sizes.Select(s => (long)s)]),
            Dim = dim,
            Size = size,
            Scale = scale,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, long, long, Tensor> op, SumPoolCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Size, @case.Dim)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, long, long, Tensor>>> BadInputs =>
    [
        .. CommonBadInputs.AlongDimension<Func<Tensor, long, long, Tensor>>("units", (op, x, dim) => op(x, 1, dim)),
        new("groups of 0", "size", () => [ones(2, 4)], (op, x) => op(x[0], 0, 1)),
        new("groups of -2", "size", () => [ones(2, 4)], (op, x) => op(x[0], -2, 1)),
        new("a last group that is not full", "units", () => [ones(2, 5)], (op, x) => op(x[0], 2, 1)),
        new("groups larger than the dimension", "units", () => [ones(2, 5)], (op, x) => op(x[0], 10, 1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, long, long, Tensor>, SumPoolCase>> OwnLaws =>
    [
        Own("nothing is lost", "What stood along the dimension and what stands there now have the same sum.", (op, c) =>
        {
            var units = c.Draw()[0].Value;
            return Comparison.Same("sum", op(units, c.Size, c.Dim).sum(c.Dim), units.sum(c.Dim), Tolerance.Times(c.Scale + 1));
        }),
        Own("every unit counts in full", "The gradient of the pooled sum is 1 for each unit, not one nth.", (op, c) =>
        {
            var units = c.Draw()[0].Value.requires_grad_();
            op(units, c.Size, c.Dim).sum().backward();
            return Comparison.Same("gradient", units.grad!, ones_like(units), Tolerance);
        }),
        Own("neighbours are pooled", "Changing the first group changes the first pooled unit and no other.", (op, c) =>
        {
            var units = c.Draw()[0].Value;
            if (units.size(c.Dim) == c.Size)
                return Verdict.DoesNotApply;
            var (head, tail) = (units.narrow(c.Dim, 0, c.Size), units.narrow(c.Dim, c.Size, units.size(c.Dim) - c.Size));
            var (before, after) = (op(units, c.Size, c.Dim), op(cat([head + 1, tail], c.Dim), c.Size, c.Dim));
            var expected = zeros_like(before);
            expected.narrow(c.Dim, 0, 1).fill_(c.Size);
            return Comparison.Same("change", after - before, expected, new Tolerance(0, 1e-9));
        }),
    ];
}

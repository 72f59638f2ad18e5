using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Dense.Regions;

/// <summary>Masks of every class, and which class each region is.</summary>
public sealed record ClassMasksCase : Case
{
    /// <summary>Regions.</summary>
    public int R { get; init; } = 1;

    /// <summary>Classes.</summary>
    public int K { get; init; } = 2;

    /// <summary>Rows of a mask.</summary>
    public int M { get; init; } = 2;

    /// <summary>Columns of a mask.</summary>
    public int N { get; init; } = 2;

    /// <summary>With true masks.</summary>
    public bool Targets { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("logits", Numbers().Reals(R, K, M, N)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
        new("labels", Numbers(1).Indices(K, R)) { BatchDim = 0 },
        .. Targets ? new Argument[] { new("targets", Numbers(2).Mask(0.5, R, M, N).to(ScalarType.Float64)) { BatchDim = 0 } } : [],
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (R > 1)
            yield return this with { R = R - 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (M > 1)
            yield return this with { M = M - 1 };
        if (N > 1)
            yield return this with { N = N - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    internal static Gen<ClassMasksCase> Any(bool targets) =>
        from r in Gen.Choose(1, 4)
        from k in Gen.Choose(1, 4)
        from m in Gen.Choose(1, 3)
        from n in Gen.Choose(1, 3)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ClassMasksCase { R = r, K = k, M = m, N = n, Targets = targets, Scale = scale, Seed = seed };

    /// <summary>Logits and labels that are refused: three regions of two classes.</summary>
    internal static IEnumerable<BadInput<TOp>> Bad<TOp>(Action<TOp, Tensor, Tensor> call)
        where TOp : Delegate =>
    [
        new("null for the logits", "logits", Good, (op, x) => call(op, null!, x[1])),
        new("integer logits", "logits", () => [.. Good(), ones(3, 2, 2, 2, dtype: ScalarType.Int64)], (op, x) => call(op, x[2], x[1])),
        new("one mask a region", "logits", () => [.. Good(), ones(3, 2, 2)], (op, x) => call(op, x[2], x[1])),
        new("no classes", "logits", () => [.. Good(), ones(3, 0, 2, 2)], (op, x) => call(op, x[2], x[1])),
        new("null for the labels", "labels", Good, (op, x) => call(op, x[0], null!)),
        new("label -1, which would pick the last class", "labels", () => [.. Good(), tensor([0L, -1, 1])], (op, x) => call(op, x[0], x[2])),
        new("a label of K", "labels", () => [.. Good(), tensor([0L, 2, 1])], (op, x) => call(op, x[0], x[2])),
        new("the index to ignore elsewhere", "labels", () => [.. Good(), tensor([0L, -100, 1])], (op, x) => call(op, x[0], x[2])),
        new("labels as real numbers", "labels", () => [.. Good(), zeros(3)], (op, x) => call(op, x[0], x[2])),
        new("a label too few", "labels", () => [.. Good(), tensor([0L, 1])], (op, x) => call(op, x[0], x[2])),
        new("labels on another device", "labels", () => [.. Good(), zeros([3], ScalarType.Int64, META)], (op, x) => call(op, x[0], x[2])),
    ];

    internal static Tensor[] Good() => [ones(3, 2, 2, 2), tensor([0L, 1, 1])];
}

/// <summary>The mask of each region's class, region by region.</summary>
public sealed class MasksOfSpec : Spec<Func<Tensor, Tensor, Tensor>, ClassMasksCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Region.MasksOf;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (logits, labels) =>
        stack([.. ClosedForm.Indices(labels).Select((label, r) => logits[r][label])]);

    /// <inheritdoc/>
    public override Gen<ClassMasksCase> Cases => ClassMasksCase.Any(targets: false);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, ClassMasksCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs =>
        ClassMasksCase.Bad<Func<Tensor, Tensor, Tensor>>((op, logits, labels) => op(logits, labels));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, ClassMasksCase>> OwnLaws =>
    [
        Own("other classes are not looked at", "The masks of all other classes get no gradient.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            op(x[0].requires_grad_(), x[1]).sum().backward();
            var own = nn.functional.one_hot(x[1], c.K).to(ScalarType.Float64).reshape(c.R, c.K, 1, 1).expand_as(x[0]);
            return Comparison.Same("gradient", x[0].grad!, own, new Tolerance(0, 0));
        }),
    ];
}

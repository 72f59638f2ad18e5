using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Field = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, TorchSharp.torch.Tensor>;
using Kernel = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, double, double, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Labs;

/// <summary>Pixels in a row: places, colours, logits, and how labels get on with each other.</summary>
public sealed record FieldCase : LabCase
{
    /// <summary>Pixels N.</summary>
    public int N { get; init; } = 1;

    /// <summary>Classes K.</summary>
    public int K { get; init; } = 2;

    /// <summary>Rounds of mean field.</summary>
    public int Steps { get; init; }

    /// <summary>Whether the exercise is about the kernel.</summary>
    internal bool OfKernel { get; init; }

    /// <inheritdoc/>
    protected override int Least(string size) => size switch { nameof(K) => 2, nameof(Steps) => 0, _ => 1 };

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        if (OfKernel)
            return [new("colours", Numbers().Between(0, 1, N, 3)) { Differentiable = true }, new("places", Numbers(1).Between(0, 5, N, 2)) { Differentiable = true }];
        var weights = Numbers(1).Between(0, 1.5, N, N);
        return
        [
            new("logits", Numbers().Reals(K, N)) { Differentiable = true },
            new("kernel", (weights + weights.T) * (1 - eye(N, dtype: ScalarType.Float64)) / 2) { Differentiable = true },
            new("compatibility", Numbers(2).Between(-1, 1, K, K)) { Differentiable = true },
        ];
    }

    /// <summary>Up to six pixels, three classes and four rounds.</summary>
    internal static Gen<FieldCase> Any(bool ofKernel) =>
        from n in Gen.Choose(1, 6)
        from k in Gen.Choose(2, 3)
        from steps in Gen.Choose(0, 4)
        from scale in Gen.Elements(1.0, 3.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new FieldCase { N = n, K = k, Steps = ofKernel ? 0 : steps, Scale = scale, Seed = seed, OfKernel = ofKernel };
}

/// <summary>How much each pair of pixels belongs together, against a loop over pairs.</summary>
public sealed class PairKernelSpec : LabSpec<Kernel, FieldCase>
{
    private static Tensor PairKernel(Tensor colours, Tensor places, double colourScale, double placeScale)
    {
        using var scope = NewDisposeScope();
        var squares = Squares(colours) / (2 * colourScale * colourScale) + Squares(places) / (2 * placeScale * placeScale);
        return ((-squares).exp() * (1 - eye(colours.size(0), dtype: colours.dtype))).MoveToOuterDisposeScope();

        static Tensor Squares(Tensor x) => (x.unsqueeze(0) - x.unsqueeze(1)).square().sum(2);
    }

    /// <inheritdoc/>
    public override Kernel Op => PairKernel;

    /// <inheritdoc/>
    public override Kernel Oracle => (colours, places, colourScale, placeScale) =>
    {
        var n = (int)colours.size(0);
        return stack([.. from i in Enumerable.Range(0, n) from j in Enumerable.Range(0, n) select i == j
            ? zeros([], dtype: colours.dtype)
            : (-0.5 * ((colours[i] - colours[j]) / colourScale).square().sum()).exp() * (-0.5 * ((places[i] - places[j]) / placeScale).square().sum()).exp()])
            .reshape(n, n);
    };

    /// <inheritdoc/>
    public override Gen<FieldCase> Cases => FieldCase.Any(ofKernel: true);

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Kernel op, FieldCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1], 0.4, 2)];

    /// <inheritdoc/>
    public override IEnumerable<Law<Kernel, FieldCase>> OwnLaws =>
    [
        Own("no pixel tells itself anything", "The diagonal is 0, and the kernel is its own transpose.", (op, c) =>
        {
            var kernel = Call(op, c, [.. c.Draw().Select(a => a.Value)])[0];
            return kernel.dim() != 2 || kernel.size(0) != c.N || kernel.size(1) != c.N
                ? Verdict.Fails($"Expected [{c.N}, {c.N}], got [{string.Join(", ", kernel.shape)}].")
                : Comparison.Same("diagonal", kernel.diagonal(), zeros(c.N, dtype: ScalarType.Float64), Exactly)
                    .Then(() => Comparison.Same("transpose", kernel.T, kernel, Tolerance));
        }),
    ];
}

/// <summary>Rounds of mean field, against sums over pairs of pixels and labels.</summary>
public sealed class MeanFieldRoundsSpec : LabSpec<Field, FieldCase>
{
    private static Tensor MeanFieldRounds(Tensor logits, Tensor kernel, Tensor compatibility, long steps)
    {
        using var scope = NewDisposeScope();
        var q = logits.softmax(0);
        for (var step = 0; step < steps; step++)
            q = (logits - compatibility.mm(q.mm(kernel.T))).softmax(0);
        return q.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Field Op => MeanFieldRounds;

    /// <inheritdoc/>
    public override Field Oracle => (logits, kernel, compatibility, steps) =>
    {
        var q = Softmax(logits);
        for (var step = 0; step < steps; step++)
        {
            var heard = (kernel.unsqueeze(0) * q.unsqueeze(1)).sum(2);            // [K, N]: what the others tell pixel i of label l
            q = Softmax(logits - (compatibility.unsqueeze(2) * heard.unsqueeze(0)).sum(1));
        }
        return q;

        static Tensor Softmax(Tensor z) => (z - z.logsumexp(0, keepdim: true)).exp();
    };

    /// <inheritdoc/>
    public override Gen<FieldCase> Cases => FieldCase.Any(ofKernel: false);

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Field op, FieldCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1], arguments[2], @case.Steps)];

    /// <inheritdoc/>
    public override IEnumerable<Law<Field, FieldCase>> OwnLaws =>
    [
        Own("every pixel has a distribution", "Over the classes the result sums to 1 at every pixel.", (op, c) =>
        {
            var q = Call(op, c, [.. c.Draw().Select(a => a.Value)])[0];
            return Comparison.Same("sum", q.sum([0]), ones(c.N, dtype: ScalarType.Float64), Tolerance);
        }),
        Own("a lone dissenter is persuaded", "Among alike pixels that are sure of class 0, one that leans to class 1 is brought round.", (op, _) =>
        {
            var logits = tensor(new[,] { { 3, 3, 0, 3, 3 }, { 0, 0, 0.5, 0, 0 } });
            var kernel = ones(5, 5, dtype: ScalarType.Float64) - eye(5, dtype: ScalarType.Float64);
            var q = op(logits, kernel, 1 - eye(2, dtype: ScalarType.Float64), 5);
            return Verdict.Require(q[0, 2].ToDouble() > 0.9, $"The pixel in the middle has class 0 at {q[0, 2].ToDouble():F2}.")
                .On([new("logits", logits), new("kernel", kernel)]);
        }) with { Cases = 1 },
        Own("without neighbours there is nothing to hear", "With a kernel of 0 it is the softmax of the logits, after any number of rounds.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            return Comparison.Same("result", op(x[0], zeros_like(x[1]), x[2], c.Steps), x[0].softmax(0), Tolerance);
        }),
    ];
}

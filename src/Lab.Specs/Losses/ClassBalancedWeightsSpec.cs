using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>How many examples each of K classes has, some of them none.</summary>
public sealed record CountsCase : Case
{
    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>β, how much of an example the next one repeats.</summary>
    public double Beta { get; init; }

    /// <summary>The share of classes without examples.</summary>
    public double Absent { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => []; // the weights of all classes hang together

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("counts", (Numbers().Indices(60, K) + 1).masked_fill(Numbers(1).Mask(Absent, K), 0).to(ScalarType.Float64))
        {
            Extremes = [0, 1e4],
        },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (K > 1)
            yield return this with { K = K - 1 };
        if (Absent > 0)
            yield return this with { Absent = 0 };
    }
}

/// <summary>Class-balanced weights against effective numbers summed up power by power.</summary>
public sealed class ClassBalancedWeightsSpec : Spec<Func<Tensor, double, Tensor>, CountsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Op => Loss.ClassBalancedWeights;

    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Oracle => (counts, beta) =>
    {
        var weights = Array.ConvertAll(ClosedForm.Numbers(counts), n => n == 0 ? 0 : 1 / Effective((int)n, beta));
        var mean = weights.Where(w => w > 0).DefaultIfEmpty(1).Average();
        return tensor(Array.ConvertAll(weights, w => w / mean));
    };

    /// <inheritdoc/>
    public override Gen<CountsCase> Cases =>
        from k in Gen.Choose(1, 6)
        from beta in Gen.Elements(0.0, 0.5, 0.9, 0.999, 0.99999)
        from absent in Gen.Elements(0.0, 0.4, 1.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new CountsCase { K = k, Beta = beta, Absent = absent, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, Tensor> op, CountsCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Beta)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, double, Tensor>>> BadInputs =>
    [
        new("integer counts", "counts", () => [ones(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], 0.9)),
        new("null for counts", "counts", () => [], (op, _) => op(null!, 0.9)),
        new("a matrix of counts", "counts", () => [ones(2, 2)], (op, x) => op(x[0], 0.9)),
        new("no classes", "counts", () => [ones(0)], (op, x) => op(x[0], 0.9)),
        new("a negative count", "counts", () => [tensor([1f, -1f])], (op, x) => op(x[0], 0.9)),
        new("a count NaN", "counts", () => [tensor([1f, float.NaN])], (op, x) => op(x[0], 0.9)),
        new("beta 1", "beta", () => [ones(2)], (op, x) => op(x[0], 1)),
        new("a negative beta", "beta", () => [ones(2)], (op, x) => op(x[0], -0.1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, Tensor>, CountsCase>> OwnLaws =>
    [
        Own("they weigh one on average", "The mean over the classes that occur is 1, and a class that does not occur weighs 0.", (op, c) =>
        {
            var counts = c.Draw()[0].Value;
            var weights = op(counts, c.Beta);
            var occurring = (counts > 0).to(ScalarType.Float64);
            return Comparison.Same("sum", weights.sum(), occurring.sum(), Tolerance)
                .Then(() => Comparison.Same("weights that are not 0", (weights != 0).to(ScalarType.Float64), occurring, Tolerance));
        }),
        Own("beta 0 weighs all alike", "With β = 0 every class that occurs has weight 1.", (op, c) =>
        {
            var counts = c.Draw()[0].Value;
            return Comparison.Same("result", op(counts, 0), (counts > 0).to(ScalarType.Float64), Tolerance);
        }),
        Own("towards beta 1 they are inverse frequencies", "With β = 1 - 1e-13 the weights go with 1 / n, where 1 - β^n by itself has lost most digits.", (op, c) =>
        {
            var counts = (c with { Absent = 0 }).Draw()[0].Value;
            var inverse = 1 / counts;
            return Comparison.Same("result", op(counts, 1 - 1e-13), inverse / inverse.mean(), new Tolerance(1e-9, 0));
        }),
        Own("the rarer class weighs no less", "Sorted by count, the weights fall.", (op, c) =>
        {
            var (counts, _) = (c with { Absent = 0 }).Draw()[0].Value.sort();
            var weights = op(counts, c.Beta);
            var steps = weights.diff();
            return Verdict.Require(steps.le(1e-12).all().item<bool>(), "A class with more examples weighs more.");
        }),
    ];

    /// <summary>1 + β + ... + β^(n-1).</summary>
    private static double Effective(int count, double beta)
    {
        var (sum, power) = (0.0, 1.0);
        for (var i = 0; i < count; i++, power *= beta)
            sum += power;
        return sum;
    }
}

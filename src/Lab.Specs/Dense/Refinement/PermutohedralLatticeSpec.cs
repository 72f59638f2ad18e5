using FsCheck;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Dense.Refinement;

/// <summary>The filter on a permutohedral lattice against the lattice's definition, and against the filter that it stands for.</summary>
public sealed class PermutohedralLatticeSpec : PointFilterSpec
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => GaussianFilter.PermutohedralLattice;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (values, features) =>
    {
        var (v, f) = (values.flatten(2), features.flatten(2));
        var (d, n) = ((int)f.size(1), (int)f.size(2));
        if (v.size(0) == 0)
            return values.alias();
        var sets = Enumerable.Range(0, (int)v.size(0)).Select(b =>
        {
            var numbers = ClosedForm.Numbers(f[b]);
            double[][] rows = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, d).Select(k => numbers[k * n + i]).ToArray())];
            return v[b].matmul(tensor(LatticeByHand.Matrix(rows), v.dtype).t());
        });
        return stack([.. sets]).reshape(values.shape);
    };

    /// <inheritdoc/>
    public override Gen<PointsCase> Cases => PointsCase.Any();

    /// <inheritdoc/>
    public override bool HasKernel => true;

    /// <inheritdoc/>
    public override PointsCase Enlarge(PointsCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case with { C = @case.C + 9, Points = new([60]), Scale = Math.Min(@case.Scale, 1) };
    }

    /// <summary>The kernel is up to 200 high in four dimensions, where a Gaussian is 1.</summary>
    public override Tolerance Tolerance => new(1e-9, 1e-8);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(300 * magnitude);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs =>
    [
        .. base.BadInputs,
        new("a feature that is no number", "features", () => [ones(1, 1, 2), tensor([0, float.NaN]).reshape(1, 1, 2)], (op, x) => op(x[0], x[1])),
        new("a feature beyond all bounds", "features", () => [ones(1, 1, 2), tensor([0, 1e7f]).reshape(1, 1, 2)], (op, x) => op(x[0], x[1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, PointsCase>> OwnLaws =>
    [
        .. base.OwnLaws,
        Own("it is near the Gaussian on pictures", "Means with its weights, of values in [0, 1], differ from means with the Gaussian's by 0.005 at most in the mean and 0.05 at worst, on pictures with two colours, a border and noise.", (op, c) =>
        {
            var (features, values) = Picture(c.Seed, 24, 6 + 5 * (c.Seed % 3));
            var (got, expected) = (Mean(op, values, features), Mean(GaussianFilter.AllPairs, values, features));
            var error = (got - expected).abs();
            return Verdict.Require(error.mean().ToDouble() <= 0.005, $"The mean error is {error.mean().ToDouble():F3}.")
                .Then(() => Verdict.Require(error.max().ToDouble() <= 0.05, $"The greatest error is {error.max().ToDouble():F3}."));
        }) with { Cases = 6 },
        Own("its weights sum to the Gaussian's", "On a dense grid of points of the plane, for a point in the middle, to 5 %.", (op, c) =>
        {
            var side = 41;
            var (x, y) = (arange(side, dtype: ScalarType.Float64) / 4, arange(side, dtype: ScalarType.Float64) / 4 + Math.Abs(c.Seed % 100) / 100.0);
            var grid = stack([x.unsqueeze(1).expand(side, side), y.expand(side, side)]).unsqueeze(0);
            var sum = op(ones([1, 1, side, side], ScalarType.Float64), grid)[0, 0, side / 2, side / 2];
            return Comparison.Same("sum", sum, tensor(2 * Math.PI * 16), new Tolerance(0.05, 0));
        }) with { Cases = 6 },
        Own("many corners are as good as few", "With thousands of corners the sums are still those of the definition.", (op, _) =>
        {
            var f = (arange(900, dtype: ScalarType.Float64).reshape(1, 3, 300) * 12.9898).sin() * 40;
            var v = f.narrow(1, 0, 1).cos();
            return Comparison.Same("result", op(v, f), Oracle(v, f), Tolerance);
        }) with { Cases = 1 },
        Own("no gradient goes to the features", "They are taken as given.", (op, c) =>
        {
            var (v, f) = (c.Draw()[0].Value.requires_grad_(), c.Draw()[1].Value.requires_grad_());
            op(v, f).sum().backward();
            return Verdict.Require(f.grad is null && v.grad is not null, "The features have a gradient, or the values none.");
        }) with { Cases = 10 },
    ];

    /// <summary>Two colours with a slanted border and some noise, and noise as values.</summary>
    internal static (Tensor Features, Tensor Values) Picture(int seed, int side, double spread)
    {
        using var generator = new Generator((ulong)seed, CPU);
        var place = arange(side, dtype: ScalarType.Float64);
        var rows = place.unsqueeze(1).expand(side, side);
        var columns = place.expand(side, side);
        var dark = (columns + 0.4 * rows < 0.7 * side).to(ScalarType.Float64);
        var colours = stack([0.2 + 0.5 * dark, 0.7 - 0.4 * dark, 0.3 + 0.1 * dark]) + 0.03 * randn([3, side, side], ScalarType.Float64, generator: generator);
        var features = cat([stack([rows, columns]) / spread, colours / 0.1], 0).unsqueeze(0);
        return (features, (dark + 0.5 * randn([side, side], ScalarType.Float64, generator: generator)).clamp(0, 1).reshape(1, 1, side, side));
    }

    private static Tensor Mean(Func<Tensor, Tensor, Tensor> filter, Tensor values, Tensor features) =>
        filter(values, features) / filter(ones_like(values), features);
}

using FsCheck;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Dense.Refinement;

/// <summary>The Gaussian filter of all pairs, by expanded squares.</summary>
public sealed class AllPairsSpec : PointFilterSpec
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => GaussianFilter.AllPairs;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (values, features) =>
    {
        var (v, f) = (values.flatten(2), features.flatten(2));
        var squares = einsum("bdi,bdi->bi", f, f);
        var kernel = (einsum("bdi,bdj->bij", f, f) - squares.unsqueeze(1) / 2 - squares.unsqueeze(2) / 2).exp();
        return einsum("bij,bcj->bci", kernel, v).reshape(values.shape);
    };

    /// <inheritdoc/>
    public override Gen<PointsCase> Cases => PointsCase.Any(featuresLearn: true);

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude);

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, PointsCase>> OwnLaws =>
    [
        .. base.OwnLaws,
        Own("blocks make no difference", "With more pairs than are held in memory at once, the last rows and the first are still the formula's.", (op, _) =>
        {
            var f = arange(4600, dtype: ScalarType.Float32).reshape(1, 1, -1) / 50;
            var v = f.sin();
            var sums = op(v, f);
            var some = tensor([0L, 1, 3640, 3647, 3648, 4599]);
            var expected = ((f.index_select(2, some).transpose(1, 2) - f).square() * -0.5).exp().matmul(v.transpose(1, 2)).transpose(1, 2);
            return Comparison.Same("sums", sums.index_select(2, some), expected, new Tolerance(1e-4, 1e-4));
        }) with { Cases = 1 },
    ];
}

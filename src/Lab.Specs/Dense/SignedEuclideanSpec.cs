using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Dense;

/// <summary>Signed distances against all pairs of pixels.</summary>
public sealed class SignedEuclideanSpec : Spec<Func<Tensor, Tensor?, ScalarType, Tensor>, MaskCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, ScalarType, Tensor> Op => DistanceTransform.SignedEuclidean;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, ScalarType, Tensor> Oracle => (mask, valid, dtype) =>
    {
        var (width, pixels) = ((int)mask.size(-1), Math.Max(1, (int)(mask.size(-1) * mask.size(-2))));
        var counts = valid is null ? ones_like(mask) : valid.expand(mask.shape);
        var distances = ClosedForm.Numbers(mask).Chunk(pixels).Zip(ClosedForm.Numbers(counts).Chunk(pixels)).SelectMany(map =>
            AllPairs.Signed([.. map.First.Select(v => v > 0)], [.. map.Second.Select(v => v > 0)], width));
        return tensor(distances.ToArray()).reshape(mask.shape).to(dtype);
    };

    /// <inheritdoc/>
    public override Gen<MaskCase> Cases =>
        from c in MaskCase.Any
        from invalid in Gen.Elements<double?>(null, 0.3, 1.0)
        select c with { Invalid = invalid };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(MaskCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return arguments.Count < 2 ? null : [arguments[0].With(arguments[0].Value.logical_xor(arguments[1].Value.logical_not())), arguments[1]];
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor?, ScalarType, Tensor> op, MaskCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments.ElementAtOrDefault(1), @case.Dtype)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor?, ScalarType, Tensor>>> BadInputs =>
    [
        new("null for mask", "mask", () => [], (op, _) => op(null!, null, ScalarType.Float32)),
        new("a mask of numbers", "mask", () => [ones(2, 2)], (op, x) => op(x[0], null, ScalarType.Float32)),
        new("a row", "mask", () => [ones(2) > 0], (op, x) => op(x[0], null, ScalarType.Float32)),
        new("valid in numbers", "valid", () => [ones(2, 2) > 0, ones(2, 2)], (op, x) => op(x[0], x[1], ScalarType.Float32)),
        new("valid of another shape", "valid", () => [ones(2, 2) > 0, ones(3, 2) > 0], (op, x) => op(x[0], x[1], ScalarType.Float32)),
        new("valid on another device", "valid", () => [ones(2, 2) > 0, ones([2, 2], dtype: ScalarType.Bool, device: META)], (op, x) => op(x[0], x[1], ScalarType.Float32)),
        new("distances in float16", "dtype", () => [ones(2, 2) > 0], (op, x) => op(x[0], null, ScalarType.Float16)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor?, ScalarType, Tensor>, MaskCase>> OwnLaws =>
    [
        Own("inside out, it changes its sign", "The map of the inverted mask is minus that of the mask.", (op, c) =>
        {
            var drawn = c.Draw();
            var (mask, valid) = (drawn[0].Value, drawn.ElementAtOrDefault(1)?.Value);
            return Comparison.Same("result", op(mask.logical_not(), valid, ScalarType.Float64), -op(mask, valid, ScalarType.Float64), Tolerance);
        }),
        Own("it is Kervadec's map less a half", "Where there is a boundary, it is the paper's code, d outside and -(d - 1) inside, less ½ everywhere.", (op, c) =>
        {
            var mask = c.Draw()[0].Value;
            var (outer, inner) = (DistanceTransform.Euclidean(mask, ScalarType.Float64), DistanceTransform.Euclidean(mask.logical_not(), ScalarType.Float64));
            if (outer.isinf().any().ToBoolean() || inner.isinf().any().ToBoolean())
                return Verdict.DoesNotApply;
            var code = outer * mask.logical_not() - (inner - 1) * mask;
            return Comparison.Same("result", op(mask, null, ScalarType.Float64), code - 0.5, Tolerance);
        }),
        Own("the boundary lies halfway", "Of a half plane it is x - ½ on one side and -(x - ½) on the other.", (op, _) =>
        {
            var mask = tensor([true, true, true, false, false]).expand(3, 5);
            return Comparison.Same("result", op(mask, null, ScalarType.Float64), tensor([-2.5, -1.5, -0.5, 0.5, 1.5]).expand(3, 5), Tolerance);
        }) with { Cases = 1 },
    ];
}

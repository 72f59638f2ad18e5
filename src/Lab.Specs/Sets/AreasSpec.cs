using FsCheck;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sets;

/// <summary>Areas of boxes against side times side.</summary>
public sealed class AreasSpec : Spec<Func<Tensor, Tensor>, BoxListCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Boxes.Areas;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Oracle => boxes =>
    {
        var sides = boxes.unbind(-1);
        return (sides[2] - sides[0]).clamp(min: 0) * (sides[3] - sides[1]).clamp(min: 0);       // at 0 the slope of a side that grows
    };

    /// <inheritdoc/>
    public override Gen<BoxListCase> Cases => BoxListCase.Any;

    /// <inheritdoc/>
    public override bool SmoothAt(BoxListCase @case) => @case.Decimals is null; // rounded, a side can be 0

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(magnitude * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor> op, BoxListCase @case, Tensor[] arguments) => [op(arguments[0])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor>>> BadInputs =>
    [
        new("null for boxes", "boxes", () => [], (op, _) => op(null!)),
        new("integer boxes", "boxes", () => [ones(2, 4, dtype: ScalarType.Int64)], (op, x) => op(x[0])),
        new("boxes of five numbers", "boxes", () => [ones(2, 5)], (op, x) => op(x[0])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor>, BoxListCase>> OwnLaws =>
    [
        Own("turned inside out is empty", "A box that is turned in one direction or in both has the area 0, and not a product of two negative sides.", (op, _) =>
            Comparison.Same(
                "areas", op(tensor(new double[,] { { 0, 0, 2, 3 }, { 2, 3, 0, 0 }, { 2, 0, 0, 3 }, { 1, 1, 1, 5 } })), tensor([6.0, 0, 0, 0]), Tolerance))
            with
        { Cases = 1 },
    ];
}

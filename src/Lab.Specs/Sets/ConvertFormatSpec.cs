using FsCheck;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using ConvertOp = System.Func<TorchSharp.torch.Tensor, Lab.Core.Sets.BoxFormat, Lab.Core.Sets.BoxFormat, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sets;

/// <summary>Formats of boxes against the matrices that turn one into another.</summary>
public sealed class ConvertFormatSpec : Spec<ConvertOp, BoxListCase>
{
    private static readonly double[,] same = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } };
    private static readonly double[,] centresToCorners = { { 1, 0, -0.5, 0 }, { 0, 1, 0, -0.5 }, { 1, 0, 0.5, 0 }, { 0, 1, 0, 0.5 } };
    private static readonly double[,] cornersToCentres = { { 0.5, 0, 0.5, 0 }, { 0, 0.5, 0, 0.5 }, { -1, 0, 1, 0 }, { 0, -1, 0, 1 } };
    private static readonly double[,] placesToCorners = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 1, 0, 1, 0 }, { 0, 1, 0, 1 } };
    private static readonly double[,] cornersToPlaces = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { -1, 0, 1, 0 }, { 0, -1, 0, 1 } };

    /// <inheritdoc/>
    public override ConvertOp Op => Boxes.ConvertFormat;

    /// <inheritdoc/>
    public override ConvertOp Oracle => (boxes, from, to) =>
    {
        var corners = Turn(from switch { BoxFormat.Cxcywh => centresToCorners, BoxFormat.Xywh => placesToCorners, _ => same }, boxes);
        return Turn(to switch { BoxFormat.Cxcywh => cornersToCentres, BoxFormat.Xywh => cornersToPlaces, _ => same }, corners);

        static Tensor Turn(double[,] matrix, Tensor x) => (tensor(matrix).to(x.dtype) * x.unsqueeze(-2)).sum(-1);
    };

    /// <inheritdoc/>
    public override Gen<BoxListCase> Cases => BoxListCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(ConvertOp op, BoxListCase @case, Tensor[] arguments) => [op(arguments[0], @case.From, @case.To)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ConvertOp>> BadInputs =>
    [
        new("null for boxes", "boxes", () => [], (op, _) => op(null!, BoxFormat.Xyxy, BoxFormat.Xywh)),
        new("integer boxes", "boxes", () => [ones(2, 4, dtype: ScalarType.Int64)], (op, x) => op(x[0], BoxFormat.Xyxy, BoxFormat.Xywh)),
        new("boxes of three numbers", "boxes", () => [ones(2, 3)], (op, x) => op(x[0], BoxFormat.Xyxy, BoxFormat.Xywh)),
        new("a format that is none", "from", () => [ones(2, 4)], (op, x) => op(x[0], (BoxFormat)7, BoxFormat.Xywh)),
        new("a goal that is none", "to", () => [ones(2, 4)], (op, x) => op(x[0], BoxFormat.Xyxy, (BoxFormat)(-1))),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<ConvertOp, BoxListCase>> OwnLaws =>
    [
        Own("there and back again", "Turned into another format and back, boxes are what they were.", (op, c) =>
        {
            var boxes = c.Draw()[0].Value;
            return Comparison.Same("boxes", op(op(boxes, c.From, c.To), c.To, c.From), boxes, Tolerance);
        }),
        Own("worked by hand", "Left 1, top 2, right 4, bottom 8 is the centre (2.5, 5) and the sides 3 and 6.", (op, _) =>
        {
            var box = tensor([1.0, 2, 4, 8]);
            return Comparison.Same("centre and sides", op(box, BoxFormat.Xyxy, BoxFormat.Cxcywh), tensor([2.5, 5.0, 3, 6]), Tolerance)
                .Then(() => Comparison.Same("corner and sides", op(box, BoxFormat.Xyxy, BoxFormat.Xywh), tensor([1.0, 2, 3, 6]), Tolerance));
        }) with { Cases = 1 },
    ];
}

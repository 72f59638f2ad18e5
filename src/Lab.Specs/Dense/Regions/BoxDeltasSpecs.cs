using FsCheck;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using DeltasOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, double, double, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Regions;

/// <summary>Differences of boxes, number by number.</summary>
public sealed class EncodeBoxesSpec : Spec<DeltasOp, BoxDeltasCase>
{
    /// <inheritdoc/>
    public override DeltasOp Op => Region.EncodeBoxes;

    /// <inheritdoc/>
    public override DeltasOp Oracle => (boxes, references, place, size) => stack(
        [.. boxes.unbind(0).Zip(references.unbind(0)).Select(pair =>
        {
            var ((left, top, right, bottom), (l, t, r, b)) = (Sides(pair.First), Sides(pair.Second));
            return stack([
                place * ((left + right) - (l + r)) / (2 * (r - l)), place * ((top + bottom) - (t + b)) / (2 * (b - t)),
                size * ((right - left).log() - (r - l).log()), size * ((bottom - top).log() - (b - t).log())]);
        })]);

    /// <inheritdoc/>
    public override Gen<BoxDeltasCase> Cases => BoxDeltasCase.Any(deltas: false);

    /// <summary>Sides of boxes in 16 bits may be nothing.</summary>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(BoxDeltasCase @case, double magnitude)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return Tolerance.InSingle(10 * magnitude * @case.Place);
    }

    /// <inheritdoc/>
    public override Tensor[] Call(DeltasOp op, BoxDeltasCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        using var scope = NewDisposeScope();
        return [op(BoxDeltasCase.Box(arguments[0], arguments[1]), BoxDeltasCase.Box(arguments[2], arguments[3]), @case.Place, @case.Size).MoveToOuterDisposeScope()];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<DeltasOp>> BadInputs =>
    [
        new("null for boxes", "boxes", Good, (op, x) => op(null!, x[0], 1, 1)),
        new("integer boxes", "boxes", () => [.. Good(), ones(2, 4, dtype: ScalarType.Int64)], (op, x) => op(x[1], x[0], 1, 1)),
        new("points", "boxes", () => [.. Good(), ones(2, 2)], (op, x) => op(x[1], x[0], 1, 1)),
        new("a box without width", "boxes", () => [.. Good(), tensor(new[,] { { 1f, 1, 1, 3 }, { 1, 1, 2, 3 } })], (op, x) => op(x[1], x[0], 1, 1)),
        new("a reference upside down", "references", () => [.. Good(), tensor(new[,] { { 1f, 4, 2, 3 }, { 1, 1, 2, 3 } })], (op, x) => op(x[0], x[1], 1, 1)),
        new("references of another dtype", "references", () => [.. Good(), Good()[0].to(ScalarType.Float64)], (op, x) => op(x[0], x[1], 1, 1)),
        new("fewer references", "references", () => [.. Good(), Good()[0][..1]], (op, x) => op(x[0], x[1], 1, 1)),
        new("scale 0 of places", "placeScale", Good, (op, x) => op(x[0], x[0], 0, 1)),
        new("scale 0 of sizes", "sizeScale", Good, (op, x) => op(x[0], x[0], 1, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<DeltasOp, BoxDeltasCase>> OwnLaws =>
    [
        Own("what is encoded can be decoded", "Decoding the deltas against the same references gives the boxes back.", (op, c) =>
        {
            var x = Drawn(c);
            return Comparison.Same("boxes", Region.DecodeBoxes(op(x[0], x[1], c.Place, c.Size), x[1], c.Place, c.Size), x[0], Tolerance.Times(100));
        }),
        Own("larger pictures have the same deltas", "Boxes and references moved and enlarged alike differ as before.", (op, c) =>
        {
            var x = Drawn(c);
            return Comparison.Same("deltas", op(7 * x[0] + 3, 7 * x[1] + 3, c.Place, c.Size), op(x[0], x[1], c.Place, c.Size), Tolerance.Times(100));
        }),
    ];

    private static Tensor[] Drawn(BoxDeltasCase c)
    {
        var x = c.Draw().Select(a => a.Value).ToArray();
        return [BoxDeltasCase.Box(x[0], x[1]), BoxDeltasCase.Box(x[2], x[3])];
    }

    internal static Tensor[] Good() => [tensor(new[,] { { 1f, 1, 2, 3 }, { 0, 0, 4, 4 } })];

    internal static (Tensor, Tensor, Tensor, Tensor) Sides(Tensor box) => (box[0], box[1], box[2], box[3]);
}

/// <summary>Boxes from differences, number by number.</summary>
public sealed class DecodeBoxesSpec : Spec<DeltasOp, BoxDeltasCase>
{
    /// <inheritdoc/>
    public override DeltasOp Op => Region.DecodeBoxes;

    /// <inheritdoc/>
    public override DeltasOp Oracle => (deltas, references, place, size) => stack(
        [.. deltas.reshape(-1, 4).unbind(0).Zip((references + zeros_like(deltas)).reshape(-1, 4).unbind(0)).Select(pair =>
        {
            var (left, top, right, bottom) = EncodeBoxesSpec.Sides(pair.Second);
            var (dx, dy, dw, dh) = EncodeBoxesSpec.Sides(pair.First);
            var (w, h) = ((right - left) * Growth(dw), (bottom - top) * Growth(dh));
            var (x, y) = (left + (right - left) * (0.5 + dx / place), top + (bottom - top) * (0.5 + dy / place));
            return stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2]);

            Tensor Growth(Tensor d) => d.ToDouble() / size > Math.Log(62.5) ? 62.5 + 0 * d : (d / size).exp();
        })]).reshape(deltas.shape);

    /// <inheritdoc/>
    public override Gen<BoxDeltasCase> Cases => BoxDeltasCase.Any(deltas: true);

    /// <summary>Sides of boxes in 16 bits may be nothing.</summary>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(BoxDeltasCase @case, double magnitude) => Tolerance.InSingle(20 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(DeltasOp op, BoxDeltasCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1], @case.Place, @case.Size)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<DeltasOp>> BadInputs =>
    [
        new("null for deltas", "deltas", EncodeBoxesSpec.Good, (op, x) => op(null!, x[0], 1, 1)),
        new("integer deltas", "deltas", () => [.. EncodeBoxesSpec.Good(), ones(2, 4, dtype: ScalarType.Int64)], (op, x) => op(x[1], x[0], 1, 1)),
        new("three deltas", "deltas", () => [.. EncodeBoxesSpec.Good(), ones(2, 3)], (op, x) => op(x[1], x[0], 1, 1)),
        new("null for references", "references", EncodeBoxesSpec.Good, (op, x) => op(x[0], null!, 1, 1)),
        new("references of another dtype", "references", () => [.. EncodeBoxesSpec.Good(), ones(2, 4, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], 1, 1)),
        new("another number of references", "references", () => [.. EncodeBoxesSpec.Good(), ones(3, 4)], (op, x) => op(x[0], x[1], 1, 1)),
        new("one side for all", "references", () => [.. EncodeBoxesSpec.Good(), ones(2, 1)], (op, x) => op(x[0], x[1], 1, 1)),
        new("scale 0 of places", "placeScale", EncodeBoxesSpec.Good, (op, x) => op(x[0], x[0], 0, 1)),
        new("scale 0 of sizes", "sizeScale", EncodeBoxesSpec.Good, (op, x) => op(x[0], x[0], 1, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<DeltasOp, BoxDeltasCase>> OwnLaws =>
    [
        Own("no deltas, no difference", "Deltas of 0 give the references.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            return Comparison.Same("boxes", op(zeros_like(x[0]), x[1], c.Place, c.Size), x[1] + zeros_like(x[0]), Tolerance);
        }),
        Own("growth has an end", "However large a delta, a box is at most 62.5 times its reference, and finite.", (op, c) =>
        {
            var box = op(tensor(new[,] { { 0.0, 0, 800, 3 * c.Size } }), tensor(new[,] { { 0.0, 0, 2, 2 } }), c.Place, c.Size);
            return Comparison.Same("box", box, tensor(new[,] { { -61.5, 1 - Math.Exp(3), 63.5, 1 + Math.Exp(3) } }), Tolerance);
        }) with { Cases = 3 },
    ];
}

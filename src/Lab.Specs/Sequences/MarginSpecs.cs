using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using HingeOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, double, TorchSharp.torch.Tensor>;
using PlainOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences;

/// <summary>The best path, with or without a margin, less the right one: by looking at all.</summary>
internal static class Margins
{
    public static Tensor Of(ChainTensors x, double cost) => AllPaths.Each(x with { Tags = null }, (all, b) =>
    {
        var gold = all.Number(x.Tags!, b, x.Emissions.size(2));
        if (all.Scores[gold].isneginf().ToBoolean())
            return tensor(double.PositiveInfinity, x.Emissions.dtype);
        var errors = (all.Paths != all.Paths[gold]).sum(1, type: x.Emissions.dtype);
        var augmented = all.Scores + cost * errors;
        return augmented[augmented.detach().argmax()] - all.Scores[gold];
    });

    /// <summary>Cases without huge scores: rounding in single precision would choose another path, of another gradient.</summary>
    public static Gen<ChainCase> Cases =>
        from c in ChainCase.Any
        from cost in Gen.Elements(0.0, 0.5, 1.0, 3.0)
        select c with { Tagged = true, Cost = cost, Extremes = [double.NegativeInfinity], ExtremesOfValue = [1e4, -1e4] };
}

/// <summary>The structured perceptron's loss against the best of all paths.</summary>
public sealed class StructuredPerceptronSpec : TaggedSpec<PlainOp>
{
    /// <inheritdoc/>
    public override PlainOp Op => Crf.StructuredPerceptron;

    /// <inheritdoc/>
    public override PlainOp Oracle => (emissions, tags, transitions, start, end, mask) =>
        Margins.Of(new(emissions, tags, transitions, start, end, mask), 0);

    /// <inheritdoc/>
    public override Gen<ChainCase> Cases => Margins.Cases;

    /// <inheritdoc/>
    public override bool SmoothAt(ChainCase @case) => base.SmoothAt(@case) && @case.Scale > 0 && @case.Decimals is null;

    /// <inheritdoc/>
    public override Tensor[] Call(PlainOp op, ChainCase @case, ChainTensors x) =>
        [op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask)];

    /// <inheritdoc/>
    protected override void Use(PlainOp op, ChainTensors x) => op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask);

    /// <inheritdoc/>
    public override IEnumerable<Law<PlainOp, ChainCase>> OwnLaws =>
    [
        Own("the best path costs nothing", "Given Viterbi's own tags the loss is 0, and never below for any tags.", (op, c) =>
        {
            var x = (c with { Forbidden = 0 }).Drawn();
            var best = Crf.Viterbi(x.Emissions, x.Transitions, x.Start, x.End, x.Mask).Tags;
            var loss = op(x.Emissions, best.clamp(min: 0), x.Transitions, x.Start, x.End, x.Mask);
            return Comparison.Same("loss", loss, zeros_like(loss), Tolerance)
                .Then(() => Verdict.Require(Call(op, c, x)[0].ge(-1e-9).all().ToBoolean(), "A loss is negative."));
        }),
    ];
}

/// <summary>The structured hinge loss against the worst violation among all paths.</summary>
public sealed class StructuredHingeSpec : TaggedSpec<HingeOp>
{
    /// <inheritdoc/>
    public override HingeOp Op => Crf.StructuredHinge;

    /// <inheritdoc/>
    public override HingeOp Oracle => (emissions, tags, transitions, start, end, mask, cost) =>
        Margins.Of(new(emissions, tags, transitions, start, end, mask), cost);

    /// <inheritdoc/>
    public override Gen<ChainCase> Cases => Margins.Cases;

    /// <inheritdoc/>
    public override bool SmoothAt(ChainCase @case) => base.SmoothAt(@case) && @case.Scale > 0 && @case.Decimals is null;

    /// <inheritdoc/>
    public override Tensor[] Call(HingeOp op, ChainCase @case, ChainTensors x)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return [op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, @case.Cost)];
    }

    /// <inheritdoc/>
    protected override void Use(HingeOp op, ChainTensors x) => op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, 1);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<HingeOp>> BadInputs =>
    [
        .. base.BadInputs,
        new("a negative cost", "cost", () => [ones(2, 3, 4), zeros([2, 3], ScalarType.Int64), ones(4, 4)],
            (op, x) => op(x[0], x[1], x[2], null, null, null, -1)),
        new("a cost that is not a number", "cost", () => [ones(2, 3, 4), zeros([2, 3], ScalarType.Int64), ones(4, 4)],
            (op, x) => op(x[0], x[1], x[2], null, null, null, double.NaN)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<HingeOp, ChainCase>> OwnLaws =>
    [
        Own("it is above the cost of what is decoded", "It is at least cost·Hamming(best path, right path): no error is free.", (op, c) =>
        {
            var x = (c with { Forbidden = 0 }).Drawn();
            var best = Crf.Viterbi(x.Emissions, x.Transitions, x.Start, x.End, x.Mask).Tags;
            var errors = best.ne(x.Tags!).logical_and(best.ge(0)).sum(1, type: ScalarType.Float64);
            return Verdict.Require(Call(op, c, x)[0].ge(c.Cost * errors - 1e-9).all().ToBoolean(), "An error costs less than its margin.");
        }),
    ];
}

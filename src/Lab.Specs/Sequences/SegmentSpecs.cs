using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using BestOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, Lab.Core.Sequences.BestSegmentation>;
using GoldOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;
using PlainOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences;

/// <summary>What the specs of all ops on segmentations share: cases, padding, and the inputs they refuse.</summary>
/// <typeparam name="TOp">The op's signature.</typeparam>
public abstract class SegmentSpec<TOp> : Spec<TOp, SegmentCase>
    where TOp : Delegate
{
    /// <summary>Whether the op takes a right segmentation.</summary>
    protected virtual bool TakesGold => false;

    /// <inheritdoc/>
    public override Gen<SegmentCase> Cases => SegmentCase.Any.Select(c => TakesGold
        ? c with { Tagged = true, L = c.Masked ? Math.Max(c.L, c.T) : c.L } // the ends of one row must do for another's mask
        : c);

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SegmentCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override bool SmoothAt(SegmentCase @case) => @case.Forbidden == 0;

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(12 * magnitude);

    /// <inheritdoc/>
    public sealed override Tensor[] Call(TOp op, SegmentCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return Call(op, @case.Unpack(arguments));
    }

    /// <summary>Gives tensors to a version of the op.</summary>
    public abstract Tensor[] Call(TOp op, SegmentTensors x);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<TOp>> BadInputs
    {
        get
        {
            yield return Bad("null for segments", "segments", x => x with { Segments = null! });
            yield return Bad("integer segments", "segments", x => x with { Segments = ones([1, 3, 2, 4], ScalarType.Int64) });
            yield return Bad("scores of places", "segments", x => x with { Segments = ones(1, 3, 4) });
            yield return Bad("no places", "segments", x => x with { Segments = ones(1, 0, 2, 4) });
            yield return Bad("no lengths", "segments", x => x with { Segments = ones(1, 3, 0, 4) });
            yield return Bad("transitions of another width", "transitions", x => x with { Transitions = ones(3, 3) });
            yield return Bad("null for transitions", "transitions", x => x with { Transitions = null! });
            yield return Bad("start of another dtype", "start", x => x with { Start = ones(4, dtype: ScalarType.Float64) });
            yield return Bad("end on another device", "end", x => x with { End = ones([4], device: META) });
            yield return Bad("a float mask", "mask", x => x with { Mask = ones(1, 3) });
            yield return Bad("a mask with a hole", "mask", x => x with { Mask = tensor(new[,] { { true, false, true } }) });
            if (!TakesGold)
                yield break;
            yield return Bad("null for ends", "ends", x => x with { Ends = null });
            yield return Bad("ends as numbers", "ends", x => x with { Ends = zeros([1, 3], ScalarType.Int64) });
            yield return Bad("a segment that is too long", "ends", x => x with { Ends = tensor(new[,] { { false, false, true } }) });
            yield return Bad("null for tags", "tags", x => x with { Tags = null });
            yield return Bad("int32 tags", "tags", x => x with { Tags = zeros([1, 3], ScalarType.Int32) });
            yield return Bad("a tag that there is not", "tags", x => x with { Tags = full([1, 3], 4, ScalarType.Int64) });
        }
    }

    private BadInput<TOp> Bad(string description, string parameter, Func<SegmentTensors, SegmentTensors> change)
    {
        return new(description, parameter, Draw, (op, x) =>
        {
            Tensor? Given(int i) => x[i].shape is [0] ? null : x[i];
            Call(op, new SegmentTensors(Given(0)!, Given(1), Given(2), Given(3)!, Given(4), Given(5), Given(6)));
        });

        Tensor[] Draw()
        {
            var x = change(new(
                ones(1, 3, 2, 4), ones([1, 3], ScalarType.Bool), zeros([1, 3], ScalarType.Int64), ones(4, 4), ones(4), ones(4), ones([1, 3], ScalarType.Bool)));
            return [.. new[] { x.Segments, x.Ends, x.Tags, x.Transitions, x.Start, x.End, x.Mask }.Select(t => t ?? empty(0))];
        }
    }
}

/// <summary>log Z of segmentations against the sum over all.</summary>
public sealed class SegmentLogPartitionSpec : SegmentSpec<PlainOp>
{
    /// <inheritdoc/>
    public override PlainOp Op => SemiMarkov.SegmentLogPartition;

    /// <inheritdoc/>
    public override PlainOp Oracle => (segments, transitions, start, end, mask) =>
        AllSegmentations.Each(new(segments, null, null, transitions, start, end, mask), (all, _) => all.LogPartition);

    /// <inheritdoc/>
    public override Tensor[] Call(PlainOp op, SegmentTensors x) => [op(x.Segments, x.Transitions, x.Start, x.End, x.Mask)];

    /// <inheritdoc/>
    public override IEnumerable<Law<PlainOp, SegmentCase>> OwnLaws =>
    [
        Own("segments of one place make a linear chain", "With L = 1 it is the log Z of a CRF over tags.", (op, c) =>
        {
            var x = (c with { L = 1 }).Drawn();
            return Comparison.Same("result", Call(op, x)[0], Crf.LogPartition(x.Segments.squeeze(2), x.Transitions, x.Start, x.End, x.Mask), Tolerance);
        }),
    ];
}

/// <summary>The score of a segmentation against that segmentation's among all.</summary>
public sealed class SegmentationScoreSpec : SegmentSpec<GoldOp>
{
    /// <inheritdoc/>
    protected override bool TakesGold => true;

    /// <inheritdoc/>
    public override GoldOp Op => SemiMarkov.SegmentationScore;

    /// <inheritdoc/>
    public override GoldOp Oracle => (segments, ends, tags, transitions, start, end, mask) => AllSegmentations.Each(
        new(segments, null, null, transitions, start, end, mask),
        (all, b) => all.Scores[all.Number(ends, tags, b, mask?[b].sum().ToInt32() ?? (int)segments.size(1))]);

    /// <inheritdoc/>
    public override Tensor[] Call(GoldOp op, SegmentTensors x) => [op(x.Segments, x.Ends!, x.Tags!, x.Transitions, x.Start, x.End, x.Mask)];
}

/// <summary>The loss of a semi-Markov CRF against the logarithm of the segmentation's share among all.</summary>
public sealed class SegmentNegativeLogLikelihoodSpec : SegmentSpec<GoldOp>
{
    /// <inheritdoc/>
    protected override bool TakesGold => true;

    /// <inheritdoc/>
    public override GoldOp Op => SemiMarkov.SegmentNegativeLogLikelihood;

    /// <inheritdoc/>
    public override GoldOp Oracle => (segments, ends, tags, transitions, start, end, mask) => AllSegmentations.Each(
        new(segments, null, null, transitions, start, end, mask), (all, b) =>
        {
            var score = all.Scores[all.Number(ends, tags, b, mask?[b].sum().ToInt32() ?? (int)segments.size(1))];
            return score.isneginf().ToBoolean() ? tensor(double.PositiveInfinity, score.dtype) : all.LogPartition - score;
        });

    /// <inheritdoc/>
    public override Tensor[] Call(GoldOp op, SegmentTensors x) => [op(x.Segments, x.Ends!, x.Tags!, x.Transitions, x.Start, x.End, x.Mask)];

    /// <inheritdoc/>
    public override IEnumerable<Law<GoldOp, SegmentCase>> OwnLaws =>
    [
        Own("no segmentation is more probable than all together", "The loss is never negative.", (op, c) =>
            Verdict.Require(Call(op, c.Drawn())[0].ge(-1e-9).all().ToBoolean(), "A loss is negative.")),
    ];
}

/// <summary>The best segmentation against the best of all: its score, and the score that its segments really have.</summary>
public sealed class SegmentViterbiSpec : SegmentSpec<BestOp>
{
    /// <inheritdoc/>
    public override BestOp Op => SemiMarkov.SegmentViterbi;

    /// <inheritdoc/>
    public override BestOp Oracle => (segments, transitions, start, end, mask) =>
    {
        var (tags, ends) = (full(segments.shape[..2], Crf.PaddingTag, ScalarType.Int64), zeros(segments.shape[..2], ScalarType.Bool));
        var scores = AllSegmentations.Each(new(segments, null, null, transitions, start, end, mask), (all, b) =>
        {
            var best = all.Scores.argmax().ToInt32();
            foreach (var segment in all.Scores[best].isneginf().ToBoolean() ? [] : all.Ways[best])
            {
                for (var t = segment.First; t <= segment.Last; t++)
                    tags[b, t] = segment.Tag;
                ends[b, segment.Last] = true;
            }
            return all.Scores[best];
        });
        return new(tags, ends, scores);
    };

    /// <inheritdoc/>
    public override Gen<SegmentCase> Cases => SegmentCase.Any.Select(c => c with { Outputs = 1 });

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(BestOp op, SegmentTensors x)
    {
        var (tags, ends, scores) = op(x.Segments, x.Transitions, x.Start, x.End, x.Mask);
        tags.Dispose();
        ends.Dispose();
        return [scores];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<BestOp, SegmentCase>> OwnLaws =>
    [
        Own("tags and ends are those of the best", "Of segmentations that score the same, the lowest last tag, then the shortest last segment; padding is marked.", (op, c) =>
        {
            if (c.Decimals is not null)
                return Verdict.DoesNotApply;                              // tenths do not add up exactly
            var x = c.Drawn();
            var (got, expected) = (op(x.Segments, x.Transitions, x.Start, x.End, x.Mask), Oracle(x.Segments, x.Transitions, x.Start, x.End, x.Mask));
            return Comparison.Same("tags", got.Tags, expected.Tags, new Tolerance(0, 0))
                .Then(() => Comparison.Same("ends", got.Ends, expected.Ends, new Tolerance(0, 0)));
        }),
        Own("what is found has its score", "SegmentationScore of the tags and ends is the score.", (op, c) =>
        {
            var x = (c with { Forbidden = 0, T = 12, L = 4, Masked = false }).Drawn();
            var best = op(x.Segments, x.Transitions, x.Start, x.End, x.Mask);
            return Comparison.Same("score", SemiMarkov.SegmentationScore(x.Segments, best.Ends, best.Tags, x.Transitions, x.Start, x.End), best.Scores, Tolerance);
        }),
    ];
}

/// <summary>Segment scores against sums, one by one.</summary>
public sealed class SegmentScoresSpec : Spec<Func<Tensor, int, Tensor?, Tensor>, SegmentCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, int, Tensor?, Tensor> Op => SemiMarkov.SegmentScores;

    /// <inheritdoc/>
    public override Func<Tensor, int, Tensor?, Tensor> Oracle => (emissions, longest, lengths) => stack(
        [.. Enumerable.Range(0, (int)emissions.size(1)).Select(t => stack([.. Enumerable.Range(0, longest).Select(l =>
        {
            if (l > t)
                return full([emissions.size(0), emissions.size(2)], double.NegativeInfinity, emissions.dtype);
            var sum = emissions.narrow(1, t - l, l + 1).sum(1);
            return lengths is null ? sum : sum + lengths[l];
        })], 1))], 1);

    /// <inheritdoc/>
    public override Gen<SegmentCase> Cases => SegmentCase.Any.Select(c => c with { Masked = false, Forbidden = 0 });

    /// <inheritdoc/>
    public override bool SmoothAt(SegmentCase @case) => @case.L == 1; // elsewhere some results are -∞, which have no slope

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, int, Tensor?, Tensor> op, SegmentCase @case, Tensor[] arguments)
    {
        using var scope = NewDisposeScope();
        var lengths = @case.Ends ? arguments[1].reshape(1, -1).narrow(1, 0, 1).expand(@case.L, @case.K) : null; // any table will do
        return [op(arguments[0].select(2, 0), @case.L, lengths).MoveToOuterDisposeScope()];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, int, Tensor?, Tensor>>> BadInputs =>
    [
        new("null for emissions", "emissions", () => [], (op, _) => op(null!, 2, null)),
        new("integer emissions", "emissions", () => [ones([2, 3, 4], ScalarType.Int64)], (op, x) => op(x[0], 2, null)),
        new("no places", "emissions", () => [ones(2, 0, 4)], (op, x) => op(x[0], 2, null)),
        new("no length", "longest", () => [ones(2, 3, 4)], (op, x) => op(x[0], 0, null)),
        new("lengths of another shape", "lengths", () => [ones(2, 3, 4), ones(3, 4)], (op, x) => op(x[0], 2, x[1])),
        new("lengths of another dtype", "lengths", () => [ones(2, 3, 4), ones(2, 4, dtype: ScalarType.Float64)], (op, x) => op(x[0], 2, x[1])),
    ];
}

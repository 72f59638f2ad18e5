using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>A labelled segment.</summary>
/// <param name="First">Its first place.</param>
/// <param name="Last">Its last place.</param>
/// <param name="Tag">Its tag.</param>
internal readonly record struct TaggedSegment(int First, int Last, int Tag);

/// <summary>Every segmentation of one row, one by one: the oracle of the semi-Markov CRF.</summary>
/// <param name="Ways">All ways; of those that score the same, the one with the lowest last tag comes first, then that with the
/// shortest last segment, and so on from the right.</param>
/// <param name="Scores"><c>[W]</c>, differentiable.</param>
internal sealed record AllSegmentations(IReadOnlyList<IReadOnlyList<TaggedSegment>> Ways, Tensor Scores)
{
    public Tensor LogPartition
    {
        get
        {
            var some = Scores.isneginf().logical_not().nonzero().squeeze(1);
            return some.numel() == 0 ? tensor(double.NegativeInfinity, Scores.dtype) : Scores.index_select(0, some).logsumexp(0);
        }
    }

    public static AllSegmentations Of(SegmentTensors x, int row)
    {
        var (longest, tags) = ((int)x.Segments.size(2), (int)x.Segments.size(3));
        var length = x.Mask is null ? (int)x.Segments.size(1) : x.Mask[row].sum().ToInt32();
        var ways = Cut(length, longest, tags).ToArray();
        return new(ways, stack([.. ways.Select(way => Score(x, row, way))]));
    }

    public static Tensor Each(SegmentTensors x, Func<AllSegmentations, int, Tensor> number) =>
        stack([.. Enumerable.Range(0, (int)x.Segments.size(0)).Select(b => number(Of(x, b), b))]);

    /// <summary>The number of the segmentation that ends and tags describe.</summary>
    public int Number(Tensor ends, Tensor tags, int row, int length)
    {
        var (gold, first) = (new List<TaggedSegment>(), 0);
        for (var t = 0; t < length; t++)
        {
            if (t < length - 1 && !ends[row, t].ToBoolean())
                continue;
            gold.Add(new(first, t, tags[row, t].ToInt32()));
            first = t + 1;
        }
        return Ways.ToList().FindIndex(way => way.SequenceEqual(gold));
    }

    private static IEnumerable<IReadOnlyList<TaggedSegment>> Cut(int length, int longest, int tags)
    {
        if (length == 0)
        {
            yield return [];
            yield break;
        }
        for (var tag = 0; tag < tags; tag++)
            for (var size = 1; size <= Math.Min(longest, length); size++)
                foreach (var before in Cut(length - size, longest, tags))
                    yield return [.. before, new(length - size, length - 1, tag)];
    }

    private static Tensor Score(SegmentTensors x, int row, IReadOnlyList<TaggedSegment> way)
    {
        var score = zeros([], x.Segments.dtype);
        for (var i = 0; i < way.Count; i++)
        {
            var (first, last, tag) = way[i];
            score = score + x.Segments[row, last, last - first, tag];
            if (i > 0)
                score = score + x.Transitions[way[i - 1].Tag, tag];
            else if (x.Start is not null)
                score = score + x.Start[tag];
            if (i == way.Count - 1 && x.End is not null)
                score = score + x.End[tag];
        }
        return score;
    }
}

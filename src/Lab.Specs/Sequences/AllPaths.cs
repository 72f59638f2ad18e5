using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>Every path of one chain, one by one: the oracle of all that a CRF computes.</summary>
/// <param name="Places">The valid places, in order: n of them.</param>
/// <param name="Paths">
/// All K^n paths, <c>[P, n]</c>, int64. The first place counts fastest, so of paths that score the same the one with the lowest last
/// tag comes first.
/// </param>
/// <param name="Scores"><c>[P]</c>, differentiable.</param>
internal sealed record AllPaths(IReadOnlyList<int> Places, Tensor Paths, Tensor Scores)
{
    /// <summary>The paths that are not forbidden, by index; null where all are.</summary>
    public Tensor? Possible => Scores.isneginf().logical_not().nonzero().squeeze(1) is { } some && some.numel() > 0 ? some : null;

    /// <summary>log Z, a scalar.</summary>
    public Tensor LogPartition => Possible is { } some
        ? Scores.index_select(0, some).logsumexp(0)
        : tensor(double.NegativeInfinity, Scores.dtype);

    /// <summary>Probabilities, <c>[P]</c>; all 0 where everything is forbidden.</summary>
    public Tensor Probabilities => Possible is { } some
        ? zeros_like(Scores).index_add(0, some, (Scores.index_select(0, some) - LogPartition).exp(), 1)
        : zeros_like(Scores);

    /// <summary>True for paths that have a tag at the n-th valid place, <c>[P]</c>.</summary>
    public Tensor Has(int n, long tag) => Paths.select(1, n) == tag;

    /// <summary>The paths of each chain of a batch.</summary>
    public static IReadOnlyList<AllPaths> Of(ChainTensors x) =>
        [.. Enumerable.Range(0, (int)x.Emissions.size(0)).Select(b => Of(x, b))];

    /// <summary>One number per chain.</summary>
    public static Tensor Each(ChainTensors x, Func<AllPaths, int, Tensor> number) =>
        stack([.. Of(x).Select((all, b) => number(all, b))]);

    private static AllPaths Of(ChainTensors x, int chain)
    {
        var (length, tags) = ((int)x.Emissions.size(1), x.Emissions.size(2));
        var places = Enumerable.Range(0, length).Where(t => x.Mask is null || x.Mask[chain, t].ToBoolean()).ToArray();
        var count = (long)Math.Pow(tags, places.Length);
        var numbers = arange(count, dtype: ScalarType.Int64);
        var paths = places.Length == 0
            ? zeros([1, 0], ScalarType.Int64)
            : stack([.. places.Select((_, n) => numbers.div((long)Math.Pow(tags, n), RoundingMode.floor).remainder(tags))], 1);
        var scores = zeros(count, dtype: x.Emissions.dtype);
        for (var n = 0; n < places.Length; n++)
        {
            var tag = paths.select(1, n);
            scores = scores + x.Emissions[chain, places[n]].index_select(0, tag);
            if (n > 0)
                scores = scores + x.Transitions.reshape(-1).index_select(0, paths.select(1, n - 1) * tags + tag);
            if (n == 0 && x.Start is not null)
                scores = scores + x.Start.index_select(0, tag);
            if (n == places.Length - 1 && x.End is not null)
                scores = scores + x.End.index_select(0, tag);
        }
        return new(places, paths, scores);
    }

    /// <summary>The number of the path that tags describe, among <see cref="Paths"/>.</summary>
    public long Number(Tensor tags, int chain, long classes) =>
        Places.Select((place, n) => tags[chain, place].ToInt64() * (long)Math.Pow(classes, n)).Sum();
}

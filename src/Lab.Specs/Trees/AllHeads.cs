using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Trees;

/// <summary>Every dependency tree of one row, one by one: the oracle of the CRF over them.</summary>
/// <param name="Trees">Heads by word.</param>
/// <param name="Scores"><c>[W]</c>, differentiable.</param>
internal sealed record AllHeads(IReadOnlyList<int[]> Trees, Tensor Scores)
{
    private static readonly ConcurrentDictionary<(int Words, bool SingleRoot, bool Projective), int[][]> known = new();

    public Tensor LogPartition => AllTrees.LogSum(Scores);

    public static AllHeads Of(Tensor arcs, Tensor? lengths, bool singleRoot, bool projective, int row)
    {
        var places = (int)arcs.size(1);
        var words = lengths is null ? places - 1 : lengths[row].ToInt32();
        if (words == 0)
            return new([[]], zeros(1, dtype: arcs.dtype));
        var trees = Over(words, singleRoot, projective);
        var index = trees.SelectMany(heads => heads.Select((h, t) => ((long)h * places) + t + 1)).ToArray();
        return new(trees, arcs[row].reshape(-1).index_select(0, tensor(index)).reshape(trees.Length, words).sum([1]));
    }

    public static Tensor Each(Tensor arcs, Tensor? lengths, bool singleRoot, bool projective, Func<AllHeads, int, Tensor> number) =>
        stack([.. Enumerable.Range(0, (int)arcs.size(0)).Select(b => number(Of(arcs, lengths, singleRoot, projective, b), b))]);

    /// <summary>The number of the tree with these heads.</summary>
    public int Number(Tensor heads)
    {
        var row = heads.data<long>().ToArray();
        return Trees.ToList().FindIndex(tree => tree.Select((h, t) => row[t] == h).All(same => same));
    }

    public static int[][] Over(int words, bool singleRoot, bool projective) => known.GetOrAdd((words, singleRoot, projective), _ =>
    [
        .. from heads in Choices(words, words)
           where LeadsUp(heads) && (!singleRoot || heads.Count(h => h == 0) == 1) && (!projective || Nested(heads))
           select heads,
    ]);

    private static IEnumerable<int[]> Choices(int words, int left)
    {
        if (left == 0)
            return [[]];
        return
            from before in Choices(words, left - 1)
            from head in Enumerable.Range(0, words + 1)
            where head != left
            select (int[])[.. before, head];
    }

    /// <summary>Whether n steps up from any word end at the root.</summary>
    private static bool LeadsUp(int[] heads) => Enumerable.Range(1, heads.Length).All(word =>
    {
        for (var step = 0; step < heads.Length && word != 0; step++)
            word = heads[word - 1];
        return word == 0;
    });

    /// <summary>Whether all words under an arc descend from its head.</summary>
    private static bool Nested(int[] heads) => Enumerable.Range(1, heads.Length).All(word =>
    {
        var head = heads[word - 1];
        return Enumerable.Range(1, heads.Length).Where(w => w > Math.Min(word, head) && w < Math.Max(word, head)).All(between =>
        {
            while (between != 0 && between != head)
                between = heads[between - 1];
            return between == head;
        });
    });
}

using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Ctc;

/// <summary>All K^T alignments, one by one: the definition of CTC, with no recursion in it.</summary>
internal static class CtcEnumeration
{
    /// <summary>Every sequence of classes.</summary>
    public static IEnumerable<long[]> Paths(long classes, long frames)
    {
        var path = new long[frames];
        while (true)
        {
            yield return [.. path];
            var t = frames - 1;
            while (t >= 0 && ++path[t] == classes)
                path[t--] = 0;
            if (t < 0)
                yield break;
        }
    }

    /// <summary>The labels of a path, by counting where a class begins that is no blank.</summary>
    public static long[] Collapse(long[] path, long blank) =>
        [.. path.Where((k, t) => k != blank && !(t > 0 && path[t - 1] == k))];

    /// <summary>The paths that collapse to the labels.</summary>
    public static long[][] Alignments(long classes, long frames, long[] labels, long blank) =>
        [.. Paths(classes, frames).Where(path => Collapse(path, blank).AsSpan().SequenceEqual(labels))];

    /// <summary>The state of each frame: two for every label that has begun, less one while it is held.</summary>
    public static long[] States(long[] path, long blank)
    {
        var (states, begun) = (new long[path.Length], 0L);
        for (var t = 0; t < path.Length; t++)
        {
            begun += path[t] != blank && !(t > 0 && path[t - 1] == path[t]) ? 1 : 0;
            states[t] = 2 * begun - (path[t] == blank ? 0 : 1);
        }
        return states;
    }

    /// <summary>Σ_t logProbs[t, path[t]] of some paths, <c>[P]</c>, for one example <c>[T, K]</c>.</summary>
    public static Tensor Scores(Tensor logProbs, long[][] paths)
    {
        var frames = paths[0].Length;
        var index = tensor([.. paths.SelectMany(p => p)]).reshape(paths.Length, frames).to(ScalarType.Int64).T;
        return logProbs.narrow(0, 0, frames).gather(1, index).sum([0L]);
    }

    /// <summary>log Σ exp, without those that are -∞; -∞, a constant, of none.</summary>
    public static Tensor LogSum(Tensor scores)
    {
        var finite = scores.detach().isneginf().logical_not().nonzero().squeeze(1);
        return finite.numel() == 0
            ? tensor(double.NegativeInfinity, dtype: scores.dtype)
            : scores.index_select(0, finite).logsumexp(0);
    }

    /// <summary>log p(labels) of every example, <c>[B]</c>.</summary>
    public static Tensor LogProbability(
        Tensor logProbs, Tensor targets, Tensor? inputLengths, Tensor? targetLengths, long blank) =>
        PerExample(logProbs, targets, inputLengths, targetLengths, blank, (scores, paths) => paths.Length == 0
            ? tensor(double.NegativeInfinity, dtype: logProbs.dtype)
            : LogSum(Scores(scores, paths)), []);

    /// <summary>Something of each example's scores <c>[T, K]</c> and its alignments, stacked.</summary>
    public static Tensor PerExample(
        Tensor logProbs, Tensor targets, Tensor? inputLengths, Tensor? targetLengths, long blank,
        Func<Tensor, long[][], Tensor> of, long[] shape)
    {
        var results = Enumerable.Range(0, (int)logProbs.size(0)).Select(b =>
        {
            var frames = inputLengths is null ? logProbs.size(1) : inputLengths[b].ToInt64();
            var count = targetLengths is null ? targets.size(1) : targetLengths[b].ToInt64();
            return of(logProbs[b], Alignments(logProbs.size(2), frames, Numbers<long>(targets[b])[..(int)count], blank));
        }).ToArray();
        return results.Length == 0 ? zeros([0, .. shape], dtype: logProbs.dtype) : stack(results);
    }

    /// <summary>A tensor's entries; of none, none.</summary>
    public static T[] Numbers<T>(Tensor values) where T : unmanaged =>
        values.numel() == 0 ? [] : values.contiguous().data<T>().ToArray();

    /// <summary>An example's labels.</summary>
    public static long[] Labels(CtcCase @case, IReadOnlyList<Argument> drawn, int b)
    {
        var all = Numbers<long>(drawn[1].Value[b]);
        return @case.Lengths ? all[..(int)drawn[3].Value[b].ToInt64()] : all;
    }

    /// <summary>How many frames of an example count.</summary>
    public static long Frames(CtcCase @case, IReadOnlyList<Argument> drawn, int b) =>
        @case.Lengths ? drawn[@case.HasTargets ? 2 : 1].Value[b].ToInt64() : @case.T;
}

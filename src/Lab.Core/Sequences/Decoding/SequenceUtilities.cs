using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>What a sequence is worth when another one is right, from 0 to 1; for minimum Bayes risk.</summary>
/// <remarks>All take tokens <c>[B, S, T]</c> and lengths <c>[B, S]</c>, int64, give <c>[B, S, S]</c> in float64, and do not look at
/// what lies behind the lengths. Other shapes or dtypes, or lengths outside [0, T], give an <see cref="ArgumentException"/>.</remarks>
public static class SequenceUtilities
{
    /// <summary>1 where two sequences are the same, else 0: the consensus is then the most frequent one.</summary>
    /// <remarks>
    /// <para>Formula: <c>u = [y[i] = y[j]]</c>, length and all.</para>
    /// </remarks>
    public static SequenceUtility Exact { get; } = (tokens, lengths) =>
    {
        Check(tokens, lengths);
        using var scope = NewDisposeScope();
        var outside = Inside(tokens, lengths).logical_not();
        var y = where(outside, 0, tokens);                            // what lies behind is made equal
        var same = (y.unsqueeze(2) == y.unsqueeze(1)).all(3);
        return same.logical_and(lengths.unsqueeze(2) == lengths.unsqueeze(1)).to(ScalarType.Float64).MoveToOuterDisposeScope();
    };

    /// <summary>How many tokens two sequences share, in any order: F1 of unigrams.</summary>
    /// <remarks>
    /// <para>Formula: <c>u = 2·Σ min(n[i](v), n[j](v)) / (length[i] + length[j])</c>, n counting how often a token comes. Two
    /// empty sequences are the same: 1.</para>
    /// <para>Numerics: counts; memory grows with S²·T².</para>
    /// </remarks>
    public static SequenceUtility Overlap { get; } = (tokens, lengths) =>
    {
        Check(tokens, lengths);
        using var scope = NewDisposeScope();
        var inside = Inside(tokens, lengths);                                         // [B, S, T]
        var own = (tokens.unsqueeze(3) == tokens.unsqueeze(2)).logical_and(inside.unsqueeze(2));
        var nth = own.to(ScalarType.Int64).tril().sum(3);                             // the n-th of its kind in its sequence
        var equal = tokens.unsqueeze(2).unsqueeze(4) == tokens.unsqueeze(1).unsqueeze(3);            // [B, i, j, t of i, t of j]
        var there = equal.logical_and(inside.unsqueeze(1).unsqueeze(3)).sum(4);                      // how many of it j has
        var shared = (nth.unsqueeze(2) <= there).logical_and(inside.unsqueeze(2)).sum(3).to(ScalarType.Float64);
        var both = (lengths.unsqueeze(2) + lengths.unsqueeze(1)).to(ScalarType.Float64);
        return where(both == 0, 1, 2 * shared / both.clamp(min: 1)).MoveToOuterDisposeScope();
    };

    /// <summary>One minus the share of tokens that must be put in, left out or exchanged to get from one sequence to another.</summary>
    /// <remarks>
    /// <para>Formula: <c>u = 1 - d(y[i], y[j]) / max(length[i], length[j])</c>, with Levenshtein's distance d. Two empty
    /// sequences are the same: 1.</para>
    /// <para>Numerics: whole numbers; all pairs at once, one step for each pair of positions.</para>
    /// </remarks>
    public static SequenceUtility EditSimilarity { get; } = (tokens, lengths) =>
    {
        Check(tokens, lengths);
        using var scope = NewDisposeScope();
        var (pairs, most) = (tokens.size(1), (int)tokens.size(2));
        var (a, b) = (tokens.unsqueeze(2), tokens.unsqueeze(1));                      // [B, i, 1, T], [B, 1, j, T]
        var (n, m) = (lengths.unsqueeze(2).expand(-1, -1, pairs), lengths.unsqueeze(1).expand(-1, pairs, -1));
        var row = Enumerable.Range(0, most + 1).Select(j => full_like(n, j)).ToArray();      // from nothing to j tokens
        var distance = where(n == 0, m, zeros_like(m));
        for (var i = 1; i <= most; i++)
        {
            using var step = NewDisposeScope();
            var next = new Tensor[most + 1];
            next[0] = full_like(n, i);
            for (var j = 1; j <= most; j++)
            {
                var changed = row[j - 1] + (a.select(3, i - 1) != b.select(3, j - 1));
                next[j] = minimum(changed, minimum(row[j], next[j - 1]) + 1);
            }
            var reached = stack(next, 3).gather(3, m.unsqueeze(3)).squeeze(3);        // the column of j's length
            distance = where(n == i, reached, distance).MoveToOuterDisposeScope();
            row = [.. next.Select(t => t.MoveToOuterDisposeScope())];
        }
        var longer = maximum(n, m).to(ScalarType.Float64);
        return (1 - distance.to(ScalarType.Float64) / longer.clamp(min: 1)).MoveToOuterDisposeScope();
    };

    private static void Check(Tensor tokens, Tensor lengths)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(lengths);
        if (tokens.shape is not [var examples, var samples and > 0, var most])
            throw Require.BadShape(tokens, "[B, S, T] with S >= 1");
        Require.Shape(lengths, [examples, samples]);
        if (tokens.dtype != ScalarType.Int64)
            throw new ArgumentException($"tokens must have dtype Int64, got {tokens.dtype}.", nameof(tokens));
        Require.ClassIndices(lengths, most + 1, ignoreIndex: 0);
        Require.SameDevice(lengths, tokens);
    }

    /// <summary>[B, S, T]: what is not behind the end.</summary>
    private static Tensor Inside(Tensor tokens, Tensor lengths) =>
        arange(tokens.size(2), device: tokens.device) < lengths.unsqueeze(2);
}

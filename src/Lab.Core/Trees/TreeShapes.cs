using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>
/// The one shape dialect of binary trees: spans <c>[B, T, T, K]</c> or <c>[B, T, T]</c>, rules <c>[K, K, K]</c>, root <c>[K]</c>,
/// lengths <c>[B]</c>, trees <c>[B, T, T]</c>.
/// </summary>
internal static class TreeShapes
{
    public static void Check(Tensor spans, Tensor? rules, Tensor? root, Tensor? lengths)
    {
        Require.FloatingPoint(spans);
        var (places, again, labels) = spans.shape switch
        {
            [_, var i, var j, var k] => (i, j, k),
            [_, var i, var j] => (i, j, 1),
            _ => (0, 0, 0),
        };
        if (places < 1 || again != places || labels < 1)
            throw Require.BadShape(spans, "[B, T, T, K] or [B, T, T] with T >= 1 and K >= 1");
        if (rules is not null)
            Scores(rules, [labels, labels, labels], spans);
        if (root is not null)
            Scores(root, [labels], spans);
        Lengths(lengths, spans, places);
    }

    /// <summary>How many words of each row count; on the CPU, looked at.</summary>
    public static void Lengths(
        Tensor? lengths, Tensor like, long most, [CallerArgumentExpression(nameof(lengths))] string? name = null,
        [CallerArgumentExpression(nameof(like))] string? likeName = null)
    {
        if (lengths is null)
            return;
        if (lengths.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be numbers of words of dtype Int64, got {lengths.dtype}.", name);
        Require.Shape(lengths, [like.size(0)], name);
        Require.SameDevice(lengths, like, name, likeName);
        if (lengths.device_type != DeviceType.CPU || lengths.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var outside = (lengths < 0).logical_or(lengths > most);
        if (outside.any().ToBoolean())
            throw new ArgumentException($"{name} must lie in [0, {most}], got {lengths[outside][0].ToInt64()}.", name);
    }

    /// <summary>A table of scores that belongs to the spans: shape, dtype and device.</summary>
    private static void Scores(
        Tensor scores, ReadOnlySpan<long> shape, Tensor spans, [CallerArgumentExpression(nameof(scores))] string? name = null)
    {
        Require.FloatingPoint(scores, name);
        Require.Shape(scores, shape, name);
        Require.SameDtype(scores, spans, name, nameof(spans));
        Require.SameDevice(scores, spans, name, nameof(spans));
    }

    /// <summary>Right trees: labels in [0, K) where a span is in the tree and <see cref="TreeCrf.NoSpan"/> where not. On the CPU each row
    /// must be a binary tree over its words; what stands behind a row's length, or below the diagonal, is not looked at.</summary>
    public static void Tree(
        Tensor tree, Tensor spans, Tensor? lengths, [CallerArgumentExpression(nameof(tree))] string? name = null, bool checkDevice = true)
    {
        ArgumentNullException.ThrowIfNull(tree, name);
        if (tree.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be labels of spans of dtype Int64, got {tree.dtype}.", name);
        Require.Shape(tree, spans.shape.AsSpan(0, 3), name);
        if (checkDevice)
            Require.SameDevice(tree, spans, name, nameof(spans));
        if (tree.device_type != DeviceType.CPU || tree.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var (places, labels) = ((int)tree.size(1), spans.dim() == 4 ? spans.size(3) : 1);
        var cells = tree.contiguous().data<long>().ToArray();
        var counts = lengths?.contiguous().data<long>().ToArray();
        for (var b = 0; b < tree.size(0); b++)
        {
            var row = cells.AsSpan(b * places * places, places * places);
            var words = counts is null ? places : (int)counts[b];
            if (words > 0 && Fault(row, places, words, labels) is { } fault)
                throw new ArgumentException($"{name} must be a binary tree over the {words} words of row {b}, got one in which {fault}.", name);
        }
    }

    private static string? Fault(ReadOnlySpan<long> row, int places, int words, long labels)
    {
        var spans = 0;
        for (var i = 0; i < words; i++)
            for (var j = i; j < words; j++)
            {
                if (row[i * places + j] == TreeCrf.NoSpan)
                    continue;
                if (row[i * places + j] < 0 || row[i * places + j] >= labels)
                    return $"the span from {i} to {j} has label {row[i * places + j]}, and there are {labels}";
                spans++;
            }
        if (spans != 2 * words - 1)
            return $"there are {spans} spans, and it takes {2 * words - 1}";
        var open = new Stack<(int First, int Last)>([(0, words - 1)]);
        while (open.TryPop(out var span))
        {
            if (row[span.First * places + span.Last] == TreeCrf.NoSpan)
                return $"the span from {span.First} to {span.Last} is missing";
            if (span.First == span.Last)
                continue;
            var split = span.First;
            while (split < span.Last
                && (row[span.First * places + split] == TreeCrf.NoSpan || row[(split + 1) * places + span.Last] == TreeCrf.NoSpan))
                split++;
            if (split == span.Last)
                return $"the span from {span.First} to {span.Last} is not made of two others";
            open.Push((span.First, split));
            open.Push((split + 1, span.Last));
        }
        return null;                                                      // as many spans as were met: nothing else is there
    }
}

using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>The one shape dialect of dependency trees: arcs <c>[B, T + 1, T + 1]</c>, heads <c>[B, T]</c>, lengths <c>[B]</c>.</summary>
internal static class ArcShapes
{
    public static void Check(Tensor arcs, Tensor? lengths)
    {
        Require.FloatingPoint(arcs);
        if (arcs.shape is not [_, > 1 and var places, var again] || again != places)
            throw Require.BadShape(arcs, "[B, T + 1, T + 1] with T >= 1");
        TreeShapes.Lengths(lengths, arcs, places - 1);
    }

    /// <summary>A head for each word of a row: on the CPU, each looked at. Where <paramref name="trees"/> is set they must make a tree.</summary>
    public static void Heads(
        Tensor heads, Tensor arcs, Tensor? lengths, bool trees = false, bool singleRoot = false, bool projective = false,
        [CallerArgumentExpression(nameof(heads))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(heads, name);
        if (heads.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be positions of heads of dtype Int64, got {heads.dtype}.", name);
        var words = arcs.size(1) - 1;
        Require.Shape(heads, [arcs.size(0), words], name);
        Require.SameDevice(heads, arcs, name, nameof(arcs));
        if (heads.device_type != DeviceType.CPU || heads.numel() == 0)
            return;                                                       // as Require.ClassIndices: it would stop a GPU's stream
        using var scope = NewDisposeScope();
        var rows = heads.contiguous().data<long>().ToArray();
        var counts = lengths?.contiguous().data<long>().ToArray();
        for (var b = 0; b < arcs.size(0); b++)
        {
            var row = Array.ConvertAll(rows[(int)(b * words)..(int)((b * words) + (counts?[b] ?? words))], h => (int)h);
            for (var word = 1; word <= row.Length; word++)
            {
                if (row[word - 1] < 0 || row[word - 1] > row.Length || row[word - 1] == word)
                    throw new ArgumentException(
                        $"{name} must be 0, for the root, or another of the {row.Length} words, got {row[word - 1]} for word {word} of row {b}.", name);
            }
            var fault = !trees || row.Length == 0 ? null
                : !HeadTree.IsTree(row) ? "some run in a circle"
                : singleRoot && row.Count(h => h == 0) != 1 ? $"{row.Count(h => h == 0)} words hang on the root"
                : projective && !HeadTree.IsProjective(row) ? "the arcs cross"
                : null;
            if (fault is not null)
                throw new ArgumentException($"{name} must be a {(projective ? "projective " : "")}tree{(singleRoot ? " with one word on the root" : "")}, "
                    + $"got heads in row {b} of which {fault}.", name);
        }
    }
}

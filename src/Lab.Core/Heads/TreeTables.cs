using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Heads;

/// <summary>The decisions of all nodes of one width, as tables on a device.</summary>
/// <param name="Width">Branches of each of these nodes.</param>
/// <param name="Rows">Which rows of the weights a node's branches have, the first branch excepted, <c>[nodes, Width - 1]</c>, int64.</param>
/// <param name="Nodes">Which of these nodes is the l-th on a class's path; -1 where none is, <c>[V, L]</c>, int64.</param>
/// <param name="Branches">Which branch is taken there, <c>[V, L]</c>, int64.</param>
internal sealed record TreeLevel(int Width, Tensor Rows, Tensor Nodes, Tensor Branches);

/// <summary>A code tree as index tables, one set for each width of nodes, kept for the device that was asked for last.</summary>
internal sealed class TreeTables(CodeTree tree) : IDisposable
{
    private (DeviceType Type, int Index)? place;
    private TreeLevel[] levels = [];

    /// <summary>The tables on a device; they live until asked for on another, or disposed.</summary>
    public IReadOnlyList<TreeLevel> On(Device device)
    {
        lock (tree)
        {
            if (place != (device.type, device.index))
            {
                Dispose();
                levels = [.. tree.Widths.Distinct().Order().Select(width => Level(width, device))];
                place = (device.type, device.index);
            }
            return levels;
        }
    }

    public void Dispose()
    {
        foreach (var tensor in levels.SelectMany(l => new[] { l.Rows, l.Nodes, l.Branches }))
            tensor.Dispose();
        (levels, place) = ([], null);
    }

    private TreeLevel Level(int width, Device device)
    {
        var (rows, place, next) = (new List<long>(), new Dictionary<int, int>(), 0L);
        for (var node = 0; node < tree.Widths.Count; node++)
        {
            if (tree.Widths[node] == width)
            {
                place[node] = place.Count;
                rows.AddRange(Enumerable.Range(0, width - 1).Select(branch => next + branch));
            }
            next += tree.Widths[node] - 1;
        }
        var decisions = Enumerable.Range(0, tree.Classes)
            .Select(k => tree.Path(k).Where(step => place.ContainsKey(step.Node)).ToArray()).ToArray();
        var longest = decisions.Max(d => d.Length);
        var (nodes, branches) = (new long[tree.Classes * longest], new long[tree.Classes * longest]);
        Array.Fill(nodes, -1);
        for (var k = 0; k < tree.Classes; k++)
        {
            for (var l = 0; l < decisions[k].Length; l++)
            {
                nodes[k * longest + l] = place[decisions[k][l].Node];
                branches[k * longest + l] = decisions[k][l].Branch;
            }
        }
        return new(width, Table([.. rows], width - 1), Table(nodes, longest), Table(branches, longest));

        Tensor Table(long[] values, long columns)
        {
            using var scope = NewDisposeScope();
            return tensor(values).reshape(-1, columns).to(device).DetachFromDisposeScope();
        }
    }
}

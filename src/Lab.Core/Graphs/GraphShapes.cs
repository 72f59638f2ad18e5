using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Graphs;

/// <summary>
/// The one shape dialect of graphs: node features <c>[B, N, D]</c>, node types <c>[B, N]</c>, edge types <c>[B, N, N]</c> with 0 for "no
/// edge", edge logits <c>[B, N, N, E]</c>, mask <c>[B, N]</c>.
/// </summary>
internal static class GraphShapes
{
    /// <summary>Features <c>[B, N, D]</c> of the width, dtype and device of a layer.</summary>
    public static void Features(Tensor nodes, long width, Tensor like, [CallerArgumentExpression(nameof(nodes))] string? name = null)
    {
        Require.FloatingPoint(nodes, name);
        if (nodes.shape is not [_, > 0, var D] || D != width)
            throw Require.BadShape(nodes, $"[B, N, {width}] with N >= 1", name);
        Require.SameDtype(nodes, like, name, "the layer");
        Require.SameDevice(nodes, like, name, "the layer");
    }

    /// <summary>Edge logits <c>[B, N, N, E]</c>.</summary>
    public static void EdgeLogits(Tensor logits, [CallerArgumentExpression(nameof(logits))] string? name = null)
    {
        Require.FloatingPoint(logits, name);
        if (logits.shape is not [_, > 0 and var N, var M, > 0] || N != M)
            throw Require.BadShape(logits, "[B, N, N, E] with N >= 1 and E >= 1", name);
    }

    /// <summary>A mask <c>[B, N]</c> over the nodes that a tensor's first two dimensions count; null means all.</summary>
    public static void Mask(Tensor? mask, Tensor like, [CallerArgumentExpression(nameof(mask))] string? name = null)
    {
        if (mask is null)
            return;
        Require.Mask(mask, name);
        Require.Shape(mask, [like.size(0), like.size(1)], name);
        Require.SameDevice(mask, like, name, "the nodes");
    }

    /// <summary>
    /// Edge types <c>[B, N, N]</c>, int64, in [0, types), symmetric, 0 on the diagonal; what stands at nodes that are masked out is not
    /// looked at. Entries are looked at on the CPU only, as <see cref="Require.ClassIndices"/> does.
    /// </summary>
    public static void Edges(
        Tensor edges, Tensor like, long types, Tensor? mask = null, bool directed = false,
        [CallerArgumentExpression(nameof(edges))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(edges, name);
        if (edges.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be edge types of dtype Int64, got {edges.dtype}.", name);
        Require.Shape(edges, [like.size(0), like.size(1), like.size(1)], name);
        Require.SameDevice(edges, like, name, "the nodes");
        if (edges.device_type != DeviceType.CPU || edges.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var counted = mask is null ? edges : edges.masked_fill(Pairs(edges.size(1), mask, edges.device).logical_not(), 0);
        var outside = (counted < 0).logical_or(counted >= types);
        if (outside.any().ToBoolean())
            throw new ArgumentException($"{name} must lie in [0, {types}), got {counted[outside][0].ToInt64()}.", name);
        if (!directed && (counted != counted.transpose(1, 2)).any().ToBoolean())
            throw new ArgumentException($"{name} must be symmetric, got an edge from i to j that is another one from j to i.", name);
        if (mask is null && counted.diagonal(0, 1, 2).ne(0).any().ToBoolean())
            throw new ArgumentException($"{name} must be 0 on the diagonal, got an edge from a node to itself.", name);
    }

    /// <summary>Node types <c>[B, N]</c>, int64, in [least, types). Looked at on the CPU only.</summary>
    public static void NodeTypes(
        Tensor nodes, long types, long least = 0, [CallerArgumentExpression(nameof(nodes))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(nodes, name);
        if (nodes.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be node types of dtype Int64, got {nodes.dtype}.", name);
        if (nodes.shape is not [_, > 0])
            throw Require.BadShape(nodes, "[B, N] with N >= 1", name);
        if (nodes.device_type != DeviceType.CPU || nodes.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var outside = (nodes < least).logical_or(nodes >= types);
        if (outside.any().ToBoolean())
            throw new ArgumentException($"{name} must lie in [{least}, {types}), got {nodes[outside][0].ToInt64()}.", name);
    }

    /// <summary>True for pairs of two different valid nodes, <c>[B, N, N]</c>; <c>[1, N, N]</c> without a mask.</summary>
    public static Tensor Pairs(long count, Tensor? mask, Device device)
    {
        var different = eye(count, dtype: ScalarType.Bool, device: device).logical_not().unsqueeze(0);
        return mask is null ? different : different.logical_and(mask.unsqueeze(1)).logical_and(mask.unsqueeze(2));
    }

    /// <summary>The same, each pair once: i before j.</summary>
    public static Tensor PairsOnce(long count, Tensor? mask, Device device) =>
        Pairs(count, mask, device).logical_and(ones(count, count, dtype: ScalarType.Bool, device: device).triu(1));
}

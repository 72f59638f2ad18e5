using static TorchSharp.torch;

namespace Lab.Grading.Worker;

/// <summary>The graphs of the last calls, so that they can be run backwards, also a second time.</summary>
internal sealed class GraphStore
{
    private const int Kept = 32;

    private readonly Queue<int> order = new();
    private readonly Dictionary<int, Graph> graphs = [];

    /// <summary>Keeps a call's tensors, and lets those of long ago go.</summary>
    public void Keep(int id, Tensor[] inputs, bool[] wanted, Tensor[] outputs)
    {
        foreach (var tensor in inputs.Concat(outputs))
            tensor.DetachFromDisposeScope();
        graphs[id] = new(inputs, wanted, outputs);
        order.Enqueue(id);
        while (order.Count > Kept)
            if (graphs.Remove(order.Dequeue(), out var old))
                foreach (var tensor in old.Inputs.Concat(old.Outputs))
                    if (!graphs.Values.Any(g => g.Inputs.Concat(g.Outputs).Contains(tensor, ReferenceEqualityComparer.Instance)))
                        tensor.Dispose();
    }

    /// <summary>Gradients of a graph's outputs, weighted, in its inputs; with a graph of their own where they are to be differentiated again.</summary>
    public void Backward(BinaryReader reader, BinaryWriter writer)
    {
        var (id, next, again) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
        if (!graphs.TryGetValue(id, out var graph))
            throw new WireException("The graph is gone.");
        using var scope = NewDisposeScope();
        using var mode = again ? enable_grad() : no_grad();
        var upstream = graph.Outputs.Select(o => TensorWire.Read(reader, strided: true)).ToArray();
        if (again)
            foreach (var tensor in upstream)
                tensor.requires_grad_();
        var leaves = graph.Inputs.Where((_, i) => graph.Wanted[i]).ToArray();
        var found = autograd.grad(graph.Outputs, leaves, upstream, retain_graph: true, create_graph: again, allow_unused: true);

        writer.Write((byte)Say.Result);
        foreach (var gradient in found)
        {
            var there = gradient is { IsInvalid: false };
            writer.Write(there);
            if (!there)
                continue;
            writer.Write(again && gradient!.requires_grad);
            TensorWire.Write(writer, gradient!, strided: false);
        }
        var outputs = found.Where(g => again && g is { IsInvalid: false } && g.requires_grad).ToArray();
        if (outputs.Length > 0)
            Keep(next, [.. upstream, .. graph.Inputs], [.. upstream.Select(_ => true), .. graph.Wanted], outputs);
    }

    private sealed record Graph(Tensor[] Inputs, bool[] Wanted, Tensor[] Outputs);
}

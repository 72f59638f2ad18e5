using Lab.Grading.Worker;
using static TorchSharp.torch;

namespace Lab.Grading.Remote;

/// <summary>A graph that lies in another process: what it needs to run backwards from here.</summary>
/// <param name="id">The graph's number there.</param>
/// <param name="link">The process.</param>
/// <param name="wanted">Which inputs have a gradient.</param>
internal sealed class RemoteGraph(int id, StudentLink link, bool[] wanted)
{
    private long[][] shapes = [];

    /// <summary>The process.</summary>
    public StudentLink Link => link;

    /// <summary>The outputs' raw numbers, known to autograd as results of the inputs.</summary>
    public Tensor[] Attach(Tensor[] raw, IReadOnlyList<Tensor> inputs)
    {
        shapes = [.. raw.Select(r => r.shape)];
        if (raw.Length == 1)
            return [RemoteFunction.Follow(this, raw[0], inputs)];
        using var scope = NewDisposeScope();
        var flat = RemoteFunction.Follow(this, cat([.. raw.Select(r => r.reshape(-1).to(ScalarType.Float64))]), inputs);
        var start = 0L;
        return [.. raw.Select(r =>
        {
            var part = flat.narrow(0, start, r.numel()).reshape(r.shape).to(r.dtype);
            start += r.numel();
            return part.MoveToOuterDisposeScope();
        })];
    }

    /// <summary>Gradients in the inputs, null where an output does not depend on one. Nothing may be thrown from here.</summary>
    public Tensor?[] Backward(Tensor upstream, IReadOnlyList<Tensor> inputs)
    {
        var again = is_grad_enabled();
        var next = RemoteMethod.NextGraph();
        var parts = shapes.Length == 1 ? [upstream] : Split(upstream);
        using var request = new MemoryStream();
        using var writer = new BinaryWriter(request);
        writer.Write((byte)Say.Backward);
        writer.Write(id);
        writer.Write(next);
        writer.Write(again);
        foreach (var part in parts)
            TensorWire.Write(writer, part, strided: true);
        writer.Flush();
        using var reader = new BinaryReader(new MemoryStream(link.Ask(request.GetBuffer().AsMemory(0, (int)request.Length))));
        if ((Say)reader.ReadByte() is not Say.Result)
            throw RemoteExceptions.Read(reader).Thrown;

        var found = new Tensor?[inputs.Count];
        var requires = new bool[inputs.Count];
        for (var i = 0; i < found.Length; i++)
        {
            if (!wanted[i] || !reader.ReadBoolean())
                continue;
            requires[i] = reader.ReadBoolean();
            found[i] = TensorWire.Read(reader, strided: false);
            if (!found[i]!.shape.AsSpan().SequenceEqual(inputs[i].shape))
                throw new WireException("A gradient has another shape than its input.");
            if (found[i]!.dtype != inputs[i].dtype)
                found[i] = found[i]!.to(inputs[i].dtype);
        }
        if (again && requires.Contains(true))
        {
            Tensor[] sources = [.. parts, .. inputs];
            int[] places = [.. Enumerable.Range(0, found.Length).Where(i => requires[i])];
            var followed = new RemoteGraph(next, link, [.. parts.Select(_ => true), .. wanted])
                .Attach([.. places.Select(i => found[i]!)], sources);
            for (var i = 0; i < places.Length; i++)
                found[places[i]] = followed[i];
        }
        return found;
    }

    private Tensor[] Split(Tensor flat)
    {
        var start = 0L;
        return [.. shapes.Select(shape =>
        {
            var count = shape.Aggregate(1L, (product, side) => product * side);
            var part = flat.narrow(0, start, count).reshape(shape);
            start += count;
            return part;
        })];
    }
}

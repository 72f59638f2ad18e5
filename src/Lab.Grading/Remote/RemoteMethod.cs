using System.Reflection;
using Lab.Grading.Judging;
using Lab.Grading.Worker;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Grading.Remote;

/// <summary>
/// A student's method that runs in another process: the law hands tensors over and gets tensors back, with gradients that the other
/// process computes. What comes back is data: the law, its oracle and its judgement never leave this process.
/// </summary>
/// <param name="name">The method's name.</param>
/// <param name="parameters">Its parameters, as the op has them.</param>
/// <param name="places">Where each of its parameters stands among the op's.</param>
/// <param name="returns">What it returns.</param>
/// <param name="link">The process.</param>
internal sealed class RemoteMethod(string name, ParameterInfo[] parameters, int[] places, Type returns, StudentLink link)
{
    private static int graphs;

    private readonly Lock one = new();

    /// <summary>Calls the method with the op's arguments.</summary>
    public object? Call(object?[] arguments)
    {
        lock (one)
            return CallAlone([.. places.Select(i => arguments[i])]);
    }

    private object? CallAlone(object?[] arguments)
    {
        var id = NextGraph();
        var differentiates = is_grad_enabled();
        var (inputs, names) = (new List<Tensor>(), new List<string>());
        using var request = new MemoryStream();
        using var writer = new BinaryWriter(request);
        writer.Write((byte)Say.Call);
        writer.Write(id);
        writer.Write(name);
        writer.Write(differentiates);
        for (var i = 0; i < arguments.Length; i++)
        {
            ValueWire.Write(writer, arguments[i], parameters[i].ParameterType, t => Input(writer, t, inputs, differentiates));
            names.AddRange(Enumerable.Repeat(parameters[i].Name ?? "", inputs.Count - names.Count));
        }
        writer.Flush();

        using var reader = new BinaryReader(new MemoryStream(Ask(request.GetBuffer().AsMemory(0, (int)request.Length), inputs, names)));
        if ((Say)reader.ReadByte() is Say.Threw)
        {
            var (thrown, dropped) = RemoteExceptions.Read(reader);
            LeaveBehind(dropped);
            if (reader.BaseStream.Position < reader.BaseStream.Length)
                ReadChanges(reader, inputs);
            throw thrown;
        }
        var (left, owned) = (reader.ReadInt32(), reader.ReadBoolean());
        var outputs = new Outputs(reader, inputs);
        var result = ValueWire.Read(reader, returns, outputs.Read);
        ReadChanges(reader, inputs);
        if (reader.BaseStream.Position != reader.BaseStream.Length)
            throw new WireException("An answer is longer than its result.");
        LeaveBehind(left);
        if (outputs.NeedGraph)
            result = Attached(id, inputs, outputs, result);
        if (!owned)
            foreach (var tensor in outputs.Made)
                tensor.DetachFromDisposeScope();
        return result;
    }

    private byte[] Ask(ReadOnlyMemory<byte> request, List<Tensor> inputs, List<string> names)
    {
        var before = link.Fault;
        try
        {
            return link.Ask(request);
        }
        catch (StudentGoneException) when (before is null)
        {
            link.Remember(inputs.Select((t, i) => ExerciseJudge.Shown(new TensorSnapshot(names[i], t))));
            throw;
        }
    }

    private static int? Input(BinaryWriter writer, Tensor tensor, List<Tensor> inputs, bool differentiates)
    {
        var known = inputs.FindIndex(input => ReferenceEquals(input, tensor));
        if (known >= 0)
            return known;
        inputs.Add(tensor);
        ValueWire.BeginTensor(writer);
        writer.Write(differentiates && tensor.requires_grad);
        TensorWire.Write(writer, tensor, strided: true);
        return null;
    }

    /// <summary>The same value with outputs that autograd can follow back to the inputs.</summary>
    private object? Attached(int id, List<Tensor> inputs, Outputs outputs, object? result)
    {
        Tensor[] raw = [.. outputs.Made.Where((_, i) => outputs.Requires[i])];
        var followed = new RemoteGraph(id, link, [.. inputs.Select(t => t.requires_grad)]).Attach(raw, inputs);
        outputs.Replace(raw, followed);
        foreach (var tensor in raw)
            tensor.Dispose();
        // The value is read again with the new tensors in their places: records and tuples cannot be changed.
        return outputs.Again(returns, result);
    }

    private void ReadChanges(BinaryReader reader, List<Tensor> inputs)
    {
        foreach (var input in inputs)
        {
            switch (reader.ReadByte())
            {
                case 0:
                    break;
                case 1:
                    using (NewDisposeScope())
                        Change(input, TensorWire.Read(reader, strided: false));
                    break;
                case 2:
                    throw new InvalidOperationException("The method disposed a tensor that was given to it.");
                default:
                    throw new WireException("What became of an input was wanted.");
            }
        }
    }

    private void Change(Tensor input, Tensor changed)
    {
        if (!link.WritesBack)
            return;
        if (!changed.shape.AsSpan().SequenceEqual(input.shape) || changed.dtype != input.dtype)
            throw new InvalidOperationException("The method changed the shape or the dtype of an input.");
        if (input.stride().Contains(0))
            throw new InvalidOperationException("The method wrote on an expanded input.");
        using var mode = no_grad();
        input.copy_(changed);
    }

    /// <summary>As many tensors in the caller's scope as the method left in its own.</summary>
    private static void LeaveBehind(int count)
    {
        for (var i = 0; i < Math.Clamp(count, 0, 1000); i++)
            empty(0);
    }

    internal static int NextGraph() => Interlocked.Increment(ref graphs);

    /// <summary>The tensors of a result, in the order in which they come.</summary>
    private sealed class Outputs(BinaryReader reader, List<Tensor> inputs)
    {
        private readonly long start = reader.BaseStream.Position;

        public List<Tensor> Made { get; } = [];

        public List<bool> Requires { get; } = [];

        public bool NeedGraph => Requires.Contains(true);

        public Tensor Read(int? number)
        {
            if (number is { } known)
                return known >= 0 && known < inputs.Count ? inputs[known] : throw new WireException("There is no such input.");
            Requires.Add(reader.ReadBoolean());
            Made.Add(TensorWire.Read(reader, strided: false));
            return Made[^1];
        }

        public void Replace(Tensor[] raw, Tensor[] followed)
        {
            for (var i = 0; i < Made.Count; i++)
                if (Array.FindIndex(raw, r => ReferenceEquals(r, Made[i])) is >= 0 and var place)
                    Made[i] = followed[place];
        }

        public object? Again(Type type, object? result)
        {
            if (result is Tensor)
                return Made[0];
            reader.BaseStream.Position = start;
            var next = 0;
            return ValueWire.Read(reader, type, number =>
            {
                if (number is { } known)
                    return inputs[known];
                reader.ReadBoolean();
                TensorWire.Read(reader, strided: false).Dispose();
                return Made[next++];
            });
        }
    }
}

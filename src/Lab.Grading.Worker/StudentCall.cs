using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Grading.Worker;

/// <summary>One call of a student's method: arguments in; result, gradients' graph, and what it did to its inputs and left behind, out.</summary>
internal sealed class StudentCall(Type student, GraphStore graphs)
{
    private readonly List<Tensor> inputs = [];
    private readonly List<bool> wanted = [];

    public void Run(BinaryReader reader, BinaryWriter writer)
    {
        var id = reader.ReadInt32();
        var method = student.GetMethod(reader.ReadString(), BindingFlags.Public | BindingFlags.Static)
            ?? throw new WireException("There is no such method.");
        var differentiates = reader.ReadBoolean();
        using var outer = NewDisposeScope();
        var arguments = method.GetParameters().Select(p => ValueWire.Read(reader, p.ParameterType, number => Input(reader, number, differentiates))).ToArray();
        var before = inputs.Select(Bytes).ToArray();

        using var mode = differentiates ? enable_grad() : no_grad();
        using var scope = NewDisposeScope();
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        var alive = statistics.ThreadTotalLiveCount;
        object? result;
        try
        {
            result = method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
#pragma warning disable CA1031 // Whatever student code throws is an answer.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            StudentProgram.WriteThrown(writer, thrown, scope.DisposablesCount);
            WriteChanges(writer, before);
            return;
        }
        var owned = scope.DisposablesCount;
        var grown = (int)Math.Clamp(statistics.ThreadTotalLiveCount - alive, int.MinValue, int.MaxValue);

        var outputs = new List<Tensor>();
        writer.Write((byte)Say.Result);
        using var values = new MemoryStream();
        using (var body = new BinaryWriter(values, System.Text.Encoding.UTF8, leaveOpen: true))
            ValueWire.Write(body, result, method.ReturnType, t => Output(body, t, outputs, differentiates));
        var made = outputs.Distinct(ReferenceEqualityComparer.Instance).Count();
        writer.Write(Math.Max(owned, grown) - made);                      // left behind
        writer.Write(owned >= made);
        writer.Write(values.GetBuffer().AsSpan(0, (int)values.Length));
        WriteChanges(writer, before);
        if (outputs.Any(o => o.requires_grad))
            graphs.Keep(id, [.. inputs], [.. wanted], [.. outputs.Where(o => o.requires_grad)]);
    }

    private Tensor Input(BinaryReader reader, int? number, bool differentiates)
    {
        if (number is { } known)
            return inputs[known];
        var requires = reader.ReadBoolean();
        var tensor = TensorWire.Read(reader, strided: true);
        inputs.Add(requires && differentiates ? tensor.requires_grad_() : tensor);
        wanted.Add(requires && differentiates);
        return tensor;
    }

    private int? Output(BinaryWriter writer, Tensor tensor, List<Tensor> outputs, bool differentiates)
    {
        if (tensor.IsInvalid)
            throw new ObjectDisposedException(null, "The result is a tensor that was disposed already.");
        var same = inputs.FindIndex(input => ReferenceEquals(input, tensor));
        if (same >= 0)
            return same;
        outputs.Add(tensor);
        ValueWire.BeginTensor(writer);
        writer.Write(differentiates && tensor.requires_grad);
        TensorWire.Write(writer, tensor, strided: false);
        return null;
    }

    private void WriteChanges(BinaryWriter writer, byte[][] before)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            var lost = inputs[i].IsInvalid;
            var changed = !lost && !Bytes(inputs[i]).AsSpan().SequenceEqual(before[i]);
            writer.Write((byte)(lost ? 2 : changed ? 1 : 0));
            if (changed)
                TensorWire.Write(writer, inputs[i], strided: false);
        }
    }

    private static byte[] Bytes(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var plain = tensor.detach().contiguous();
        return plain.numel() == 0 || plain.device_type == DeviceType.META ? [] : plain.bytes.ToArray();
    }
}

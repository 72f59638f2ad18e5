using System.Globalization;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Harness;

/// <summary>A tensor's numbers, kept after the tensor is gone: what a counterexample shows.</summary>
public sealed class TensorSnapshot
{
    /// <summary>Copies a tensor of any device, dtype and layout.</summary>
    public TensorSnapshot(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        Name = name;
        Dtype = tensor.dtype.ToString();
        Shape = tensor.shape;
        Values = tensor.device_type == DeviceType.META    // it has no numbers
            ? new double[tensor.numel()]
            : tensor.detach().cpu().to(ScalarType.Float64).reshape(-1).data<double>().ToArray();
    }

    /// <summary>The parameter's name, or "got" and "expected".</summary>
    public string Name { get; }

    /// <summary>The dtype the tensor had.</summary>
    public string Dtype { get; }

    /// <summary>The shape the tensor had.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The numbers, row by row.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Name, shape, and up to 24 numbers: <c>logits[2, 2] = [[1000, 0], [0, 1]]</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Name}[{string.Join(", ", Shape)}] {Dtype} = ");
        if (Values.Count > 24)
            return text.AppendJoin(", ", Values.Take(24).Select(Number)).Append(", ...").ToString();
        var position = 0;
        Append(text, 0, ref position);
        return text.ToString();
    }

    internal static string Number(double value) => value switch
    {
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        0 => "0",                                         // -0 too
        _ => value.ToString("G6", CultureInfo.InvariantCulture),
    };

    private void Append(StringBuilder text, int dim, ref int position)
    {
        if (dim == Shape.Count)
        {
            text.Append(Number(Values[position++]));
            return;
        }
        text.Append('[');
        for (var i = 0; i < Shape[dim]; i++)
        {
            if (i > 0)
                text.Append(", ");
            Append(text, dim + 1, ref position);
        }
        text.Append(']');
    }
}

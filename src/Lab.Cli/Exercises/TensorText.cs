using System.Globalization;
using System.Text;
using Lab.Grading.Reports;

namespace Lab.Cli.Exercises;

/// <summary>A reported tensor as a line: <c>logits [2, 2] = [[1000, 0], [0, 1]]</c>.</summary>
internal static class TensorText
{
    private const int MostNumbers = 24;

    /// <summary>Name, shape and up to 24 numbers.</summary>
    public static string Of(TensorReport tensor)
    {
        var text = new StringBuilder($"{tensor.Name} [{string.Join(", ", tensor.Shape)}]{(tensor.Dtype is "Float64" ? "" : $" {tensor.Dtype}")} = ");
        var whole = tensor.Shape.Aggregate(1L, (product, size) => product * size) == tensor.Values.Count;
        if (!whole || tensor.Values.Count > MostNumbers)
            return text.AppendJoin(", ", tensor.Values.Take(MostNumbers).Select(v => Entry(tensor, v))).Append(", ...").ToString();
        var position = 0;
        Append(0);
        return text.ToString();

        void Append(int dim)
        {
            if (dim == tensor.Shape.Count)
            {
                text.Append(Entry(tensor, tensor.Values[position++]));
                return;
            }
            text.Append('[');
            for (var i = 0; i < tensor.Shape[dim]; i++)
            {
                text.Append(i > 0 ? ", " : "");
                Append(dim + 1);
            }
            text.Append(']');
        }
    }

    /// <summary>A number with up to six digits.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        0 => "0",
        _ => value.ToString("G6", CultureInfo.InvariantCulture),
    };

    private static string Entry(TensorReport tensor, double value) => tensor.Dtype == "Bool" ? value != 0 ? "true" : "false" : Number(value);
}

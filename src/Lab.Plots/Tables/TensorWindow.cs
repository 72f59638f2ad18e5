using static TorchSharp.torch;

namespace Lab.Plots.Tables;

/// <summary>The part of a tensor that a small table shows: the ends of each side. Only that part leaves its device.</summary>
internal sealed class TensorWindow
{
    private const long MostCounted = 20_000_000;

    private TensorWindow(double[] values, double[]? imaginary, long[][] kept, long hiddenStrange) =>
        (Values, Imaginary, Kept, HiddenStrange) = (values, imaginary, kept, hiddenStrange);

    /// <summary>The kept values in row-major order; the real parts of complex ones.</summary>
    public double[] Values { get; }

    /// <summary>The imaginary parts, of complex tensors only.</summary>
    public double[]? Imaginary { get; }

    /// <summary>The kept indices of each side.</summary>
    public long[][] Kept { get; }

    /// <summary>How many of the values left out are NaN or infinite; 0 also where counting would take long.</summary>
    public long HiddenStrange { get; }

    /// <summary>Takes up to <paramref name="most"/> indices of each side, more from its start than from its end.</summary>
    public static TensorWindow Of(Tensor tensor, ReadOnlySpan<int> most)
    {
        using var scope = NewDisposeScope();
        var shape = tensor.shape;
        var part = tensor.detach();
        var kept = new long[shape.Length][];
        for (var d = 0; d < shape.Length; d++)
        {
            kept[d] = Ends(shape[d], most[d]);
            if (kept[d].Length < shape[d])
                part = part.index_select(d, Indices(kept[d], part.device));
        }
        var hidden = part.numel() < tensor.numel() && tensor.numel() <= MostCounted && (tensor.is_floating_point() || tensor.is_complex())
            ? Strange(tensor.detach()) - Strange(part)
            : 0;
        return tensor.is_complex()
            ? new(Host(part.real), Host(part.imag), kept, hidden)
            : new(Host(part), null, kept, hidden);
    }

    private static Tensor Indices(long[] indices, Device device) => TorchSharp.torch.tensor(indices, dtype: ScalarType.Int64, device: device);

    private static double[] Host(Tensor part) => [.. part.cpu().to(ScalarType.Float64).contiguous().data<double>()];

    private static long Strange(Tensor values) => values.isfinite().logical_not().sum().cpu().item<long>();

    private static long[] Ends(long size, int most)
    {
        if (size <= most)
            return [.. Enumerable.Range(0, (int)size).Select(i => (long)i)];
        var tail = most / 3;
        return [.. Enumerable.Range(0, most - tail).Select(i => (long)i), .. Enumerable.Range(0, tail).Select(i => size - tail + i)];
    }
}

using System.Net;
using System.Runtime.CompilerServices;
using Lab.Plots.Tables;
using Lab.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Plots;

/// <summary>
/// A tensor as a small table: name, type, shape, device, and values rounded alike. Long sides are cut to their ends,
/// NaN and infinities stand out, and those among the values left out are counted.
/// </summary>
/// <remarks>Holds texts only: the tensor can be disposed afterwards.</remarks>
[TypeFormatterSource(typeof(TensorTableFormatters), PreferredMimeTypes = ["text/html"])]
public sealed class TensorTable
{
    private const int MostRows = 12;
    private const int MostColumns = 10;
    private const int MostSlices = 2;

    private readonly string heading;
    private readonly List<(string? Name, Cells Cells)> slices = [];
    private readonly List<string> remarks = [];

    internal TensorTable(Tensor tensor, string? name, IReadOnlyList<string>? rows, IReadOnlyList<string>? columns, int digits)
    {
        if (tensor.IsInvalid)
        {
            heading = $"{name ?? "tensor"}: disposed";
            return;
        }
        var shape = tensor.shape;
        heading = $"{name ?? "tensor"}: {tensor.dtype.ToString().ToLowerInvariant()} [{string.Join(", ", shape)}] on {tensor.device}";
        CheckNames(rows, shape.Length < 2 ? 1 : shape[^2], nameof(rows));
        CheckNames(columns, shape.Length == 0 ? 1 : shape[^1], nameof(columns));
        if (tensor.device_type == DeviceType.META || tensor.is_sparse)
        {
            remarks.Add(tensor.is_sparse ? "A sparse tensor; its values are not shown." : "A tensor of the meta device has no values.");
            return;
        }
        if (tensor.numel() == 0)
        {
            remarks.Add("It has no values.");
            return;
        }
        Fill(tensor, rows, columns, digits);
    }

    /// <summary>The table as HTML with inline styles; legible in light and dark themes.</summary>
    public string ToHtml() =>
        $"<div style=\"margin:4px 0;overflow-x:auto\"><div style=\"padding:2px 10px;font-family:monospace\">{WebUtility.HtmlEncode(heading)}</div>"
        + string.Concat(slices.Select(s => Small(s.Name) + s.Cells.ToHtml())) + string.Concat(remarks.Select(Small)) + "</div>";

    /// <summary>The table as aligned text.</summary>
    public override string ToString() => string.Join('\n',
        slices.SelectMany(s => s.Name is null ? [s.Cells.ToPlainText()] : new[] { s.Name, s.Cells.ToPlainText() })
            .Prepend(heading).Concat(remarks));

    private static string Small(string? text) => text is null
        ? ""
        : $"<div style=\"padding:4px 10px;opacity:0.8;font-size:0.9em\">{WebUtility.HtmlEncode(text)}</div>";

    private static void CheckNames(IReadOnlyList<string>? names, long side, string parameter)
    {
        if (names is not null && names.Count != side)
            throw new ArgumentException($"{parameter} must hold {side} names, got {names.Count}.", parameter);
    }

    private void Fill(Tensor tensor, IReadOnlyList<string>? rows, IReadOnlyList<string>? columns, int digits)
    {
        var rank = tensor.shape.Length;
        var (slice, firsts) = Leading(tensor.shape);
        using var scope = NewDisposeScope();
        var blocks = slice == 0 ? [tensor] : tensor.reshape([slice, .. tensor.shape[^2..]]).split(1).Take(MostSlices).Select(t => t.squeeze(0)).ToArray();
        int[] most = rank == 0 ? [] : rank == 1 ? [MostColumns] : [MostRows, MostColumns];
        var windows = blocks.Select(block => TensorWindow.Of(block, most)).ToArray();
        var format = NumberFormat.For(windows.SelectMany(w => w.Imaginary is null ? w.Values : w.Values.Concat(w.Imaginary)), digits);
        for (var i = 0; i < windows.Length; i++)
            slices.Add((slice == 0 ? null : $"[{firsts[i]}, :, :]", CellsOf(windows[i], tensor.shape, rows, columns, format)));
        if (slice > MostSlices)
            remarks.Add($"… and {slice - MostSlices} more of {slice} slices.");
        if (windows.Sum(w => w.HiddenStrange) is > 0 and var hidden)
            remarks.Add($"{hidden} of the values left out {(hidden == 1 ? "is" : "are")} NaN or infinite.");
    }

    /// <summary>How many matrices a tensor of rank 3 or more holds, and the leading indices of the first ones.</summary>
    private static (long Count, string[] Firsts) Leading(long[] shape)
    {
        if (shape.Length < 3)
            return (0, []);
        var sides = shape[..^2];
        var count = sides.Aggregate(1L, (a, b) => a * b);
        return (count, [.. Enumerable.Range(0, (int)Math.Min(count, MostSlices)).Select(i =>
        {
            var index = new long[sides.Length];
            for (long d = sides.Length - 1, rest = i; d >= 0; rest /= sides[d], d--)
                index[d] = rest % sides[d];
            return string.Join(", ", index);
        })]);
    }

    private static Cells CellsOf(
        TensorWindow window, long[] shape, IReadOnlyList<string>? rows, IReadOnlyList<string>? columns, NumberFormat format)
    {
        string Value(int i) => window.Imaginary is null
            ? format.Write(window.Values[i])
            : $"{format.Write(window.Values[i])}{(window.Imaginary[i] < 0 ? "" : "+")}{format.Write(window.Imaginary[i])}i";

        var across = shape.Length == 0 ? [0L] : window.Kept[^1];
        var down = shape.Length < 2 ? [0L] : window.Kept[^2];
        var headed = rows is not null || shape.Length >= 2;
        string[] Row(string head, IEnumerable<string> cells) => headed ? [head, .. Gap(cells, across, "…")] : [.. Gap(cells, across, "…")];

        var headers = Row("", shape.Length == 0 && columns is null ? ["value"] : across.Select(c => columns?[(int)c] ?? $"{c}"));
        var lines = down.Select((r, i) =>
            Row(rows?[(int)r] ?? $"{r}", Enumerable.Range(0, across.Length).Select(j => Value(i * across.Length + j))));
        var all = Gap(lines, down, [.. headers.Select(_ => "…")]).ToList();
        return new(headers, all, [.. headers.Select((_, c) => !(headed && c == 0) || rows is null)], headed);
    }

    /// <summary>The items, with a mark where indices are left out.</summary>
    private static IEnumerable<T> Gap<T>(IEnumerable<T> items, long[] indices, T mark)
    {
        var i = 0;
        foreach (var item in items)
        {
            if (i > 0 && indices[i] != indices[i - 1] + 1)
                yield return mark;
            i++;
            yield return item;
        }
    }
}

/// <summary>Shows tensors as tables.</summary>
public static class TensorTables
{
    /// <summary>Shows a tensor as a small table.</summary>
    /// <param name="tensor">A tensor of any shape, type and device.</param>
    /// <param name="name">Its name; the expression itself when absent.</param>
    /// <param name="rows">Names of the rows, the last side but one.</param>
    /// <param name="columns">Names of the columns, the last side.</param>
    /// <param name="digits">The most decimals shown.</param>
    /// <exception cref="ArgumentException">Numbers of names that differ from the sides.</exception>
    public static TensorTable Table(
        this Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null, IReadOnlyList<string>? rows = null,
        IReadOnlyList<string>? columns = null, int digits = 4)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new TensorTable(tensor, name, rows, columns, digits);
    }
}

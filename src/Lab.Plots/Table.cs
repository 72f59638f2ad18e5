using System.Collections;
using System.Globalization;
using System.Reflection;
using Lab.Plots.Tables;
using Lab.Shared;
using static TorchSharp.torch;

namespace Lab.Plots;

/// <summary>A table of anything: numbers are aligned to the right and rounded alike within a column.</summary>
[TypeFormatterSource(typeof(TableFormatters), PreferredMimeTypes = ["text/html"])]
public sealed class Table
{
    private readonly Cells cells;

    /// <summary>Makes a table of rows.</summary>
    /// <param name="headers">The columns' names.</param>
    /// <param name="rows">The rows, each with one value for each column.</param>
    /// <param name="digits">The most decimals of numbers that are not whole.</param>
    /// <exception cref="ArgumentException">No columns, or a row of another length.</exception>
    public Table(IReadOnlyList<string> headers, IReadOnlyList<IReadOnlyList<object?>> rows, int digits = 4)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(rows);
        if (headers.Count == 0)
            throw new ArgumentException("A table needs at least one column, got none.", nameof(headers));
        for (var r = 0; r < rows.Count; r++)
            if (rows[r].Count != headers.Count)
                throw new ArgumentException($"Row {r} must have {headers.Count} values, one for each column, got {rows[r].Count}.", nameof(rows));

        var columns = Enumerable.Range(0, headers.Count)
            .Select(c => Column([.. rows.Select(row => Scalar(row[c]))], digits)).ToArray();
        cells = new(
            headers, [.. Enumerable.Range(0, rows.Count).Select(r => columns.Select(column => column.Texts[r]).ToArray())],
            [.. columns.Select(column => column.Numeric)]);
    }

    /// <summary>Makes a table of records or anonymous objects: their public properties are the columns.</summary>
    /// <param name="items">The rows.</param>
    /// <param name="digits">The most decimals of numbers that are not whole.</param>
    public static Table Of<T>(IEnumerable<T> items, int digits = 4)
    {
        ArgumentNullException.ThrowIfNull(items);
        var properties = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanRead && p.GetIndexParameters().Length == 0).ToArray();
        return new(
            [.. properties.Select(p => p.Name)],
            [.. items.Select(item => properties.Select(p => p.GetValue(item)).ToArray())], digits);
    }

    /// <summary>The table as HTML with inline styles; legible in light and dark themes.</summary>
    public string ToHtml() => cells.ToHtml();

    /// <summary>The table in Markdown.</summary>
    public string ToMarkdown() => cells.ToMarkdown();

    /// <summary>The table as aligned text.</summary>
    public override string ToString() => cells.ToPlainText();

    private static object? Scalar(object? value) => value switch
    {
        Tensor { IsInvalid: true } => "disposed tensor",
        Tensor tensor when tensor.numel() == 1 && !tensor.is_complex() => Numbers.Of(tensor).Flat[0],
        Tensor tensor => $"{tensor.dtype.ToString().ToLowerInvariant()} [{string.Join(", ", tensor.shape)}]",
        float number => (double)number,
        Half number => (double)number,
        decimal number => (double)number,
        _ => value,
    };

    private static (string[] Texts, bool Numeric) Column(object?[] values, int digits)
    {
        var format = NumberFormat.For(values.OfType<double>(), digits);
        var texts = Array.ConvertAll(values, value => value switch
        {
            null => "",
            double number => format.Write(number),
            TimeSpan time => Time(time),
            string text => text,
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(item => Convert.ToString(item, CultureInfo.InvariantCulture)))}]",
            _ => value.ToString() ?? "",
        });
        return (texts, values.Any(v => v is not null) && values.All(v => v is null or double or TimeSpan || IsWhole(v)));
    }

    private static bool IsWhole(object value) => value is int or long or short or byte or sbyte or uint or ulong or ushort;

    private static string Time(TimeSpan time)
    {
        var seconds = time.TotalSeconds;
        var (size, unit) = Math.Abs(seconds) switch { >= 1 => (1.0, "s"), >= 1e-3 => (1e3, "ms"), _ => (1e6, "µs") };
        return string.Create(CultureInfo.InvariantCulture, $"{seconds * size:G3} {unit}");
    }
}

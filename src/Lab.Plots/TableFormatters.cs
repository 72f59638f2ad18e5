using Lab.Shared;

namespace Lab.Plots;

/// <summary>How a notebook kernel shows a <see cref="Table"/>.</summary>
internal sealed class TableFormatters
{
    private readonly object[] formatters =
    [
        new TypeFormatter<Table>("text/html", table => table.ToHtml()),
        new TypeFormatter<Table>("text/plain", table => table.ToString()),
    ];

    /// <summary>Called by name.</summary>
    public IEnumerable<object> CreateTypeFormatters() => formatters;
}

/// <summary>How a notebook kernel shows a <see cref="TensorTable"/>.</summary>
internal sealed class TensorTableFormatters
{
    private readonly object[] formatters =
    [
        new TypeFormatter<TensorTable>("text/html", table => table.ToHtml()),
        new TypeFormatter<TensorTable>("text/plain", table => table.ToString()),
    ];

    /// <summary>Called by name.</summary>
    public IEnumerable<object> CreateTypeFormatters() => formatters;
}

using Lab.Shared;

namespace Lab.Plots;

/// <summary>How a notebook kernel shows a <see cref="Listing"/>.</summary>
internal sealed class ListingFormatters
{
    private readonly object[] formatters =
    [
        new TypeFormatter<Listing>("text/html", listing => listing.ToHtml()),
        new TypeFormatter<Listing>("text/plain", listing => listing.ToString()),
    ];

    /// <summary>Called by name.</summary>
    public IEnumerable<object> CreateTypeFormatters() => formatters;
}

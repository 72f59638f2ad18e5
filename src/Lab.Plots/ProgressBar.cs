using System.Globalization;
using System.Net;
using Lab.Shared;

namespace Lab.Plots;

/// <summary>How far a loop is, as a value that notebooks show.</summary>
/// <param name="What">What is done.</param>
/// <param name="Done">How many steps are done.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Note">What the loop says of itself.</param>
/// <param name="Rest">How long it may still take; null where nobody knows.</param>
[TypeFormatterSource(typeof(ProgressBarFormatters))]
public sealed record ProgressBar(string What, int Done, int Total, string Note, TimeSpan? Rest)
{
    /// <summary>The bar as HTML.</summary>
    public string ToHtml() => string.Create(CultureInfo.InvariantCulture,
        $"<div style=\"font-family:monospace\"><progress max=\"{Math.Max(1, Total)}\" value=\"{Done}\" style=\"width:16em\"></progress> {WebUtility.HtmlEncode(ToString())}</div>");

    /// <summary><c>training: 30 of 100, loss 0.12, 4 s left</c>.</summary>
    public override string ToString() => string.Join(", ", Parts().Where(part => part.Length > 0));

    private IEnumerable<string> Parts()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{(What.Length > 0 ? $"{What}: " : "")}{Done} of {Total}");
        yield return Note;
        yield return Rest is { } rest ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(rest.TotalSeconds):0} s left") : "";
    }
}

/// <summary>How a notebook kernel shows a <see cref="ProgressBar"/>.</summary>
internal sealed class ProgressBarFormatters
{
    private readonly object[] formatters =
    [
        new TypeFormatter<ProgressBar>("text/html", bar => bar.ToHtml()),
        new TypeFormatter<ProgressBar>("text/plain", bar => bar.ToString()),
    ];

    /// <summary>Called by name.</summary>
    public IEnumerable<object> CreateTypeFormatters() => formatters;
}

using System.Net;
using Lab.Shared;

namespace Lab.Core.Pairings;

/// <summary>The look of verdicts in a notebook.</summary>
internal static class PairingHtml
{
    // Legible on white and on black, and apart for those who see no red and green.
    public static string Colour(Fit fit) => fit switch
    {
        Fit.Right => "#0a8f6a",
        Fit.Works => "#b8860b",
        _ => "#e0600a",
    };

    public static string Mark(Fit fit) =>
        $"<b style=\"color:{Colour(fit)}\">{(fit switch { Fit.Right => "✓", Fit.Works => "~", _ => "✗" })} {PairingVerdict.Word(fit)}</b>";

    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    public static string Code(string text) => $"<code style=\"white-space:pre-wrap;background:transparent;color:inherit\">{Encode(text)}</code>";
}

/// <summary>What a notebook kernel asks for, to show verdicts and the guide.</summary>
internal sealed class PairingFormatters
{
    private readonly object[] formatters =
    [
        new TypeFormatter<PairingVerdict>("text/html", v => v.ToHtml()),
        new TypeFormatter<PairingVerdict>("text/plain", v => v.ToString()),
        new TypeFormatter<PairingGuide>("text/html", g => g.ToHtml()),
        new TypeFormatter<PairingGuide>("text/plain", g => g.ToString()),
    ];

    /// <summary>HTML and plain text.</summary>
    public IEnumerable<object> CreateTypeFormatters() => formatters;
}

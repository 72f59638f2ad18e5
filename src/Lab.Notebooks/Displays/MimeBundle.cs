namespace Lab.Notebooks.Displays;

/// <summary>One value in every form it can be shown, by mime type; <c>text/plain</c> is always there.</summary>
public sealed class MimeBundle
{
    /// <summary>The mime type that every bundle has.</summary>
    public const string Plain = "text/plain";

    /// <summary>The mime type of a Plotly figure, which VS Code and JupyterLab draw.</summary>
    public const string Plotly = "application/vnd.plotly.v1+json";

    /// <summary>The mime type of a picture, in base64.</summary>
    public const string Png = "image/png";

    /// <summary>The mime type of HTML.</summary>
    public const string Html = "text/html";

    private readonly SortedDictionary<string, string> data = new(StringComparer.Ordinal);

    /// <param name="data">Text by mime type; JSON types hold JSON text, pictures base64.</param>
    /// <exception cref="ArgumentException">There is no <c>text/plain</c>.</exception>
    public MimeBundle(IEnumerable<KeyValuePair<string, string>> data)
    {
        foreach (var (mimeType, text) in data)
            this.data[mimeType] = text;
        if (!this.data.ContainsKey(Plain))
            throw new ArgumentException($"A bundle must have {Plain}, got {string.Join(", ", this.data.Keys)}.", nameof(data));
    }

    /// <summary>A bundle of plain text alone.</summary>
    public static MimeBundle OfText(string text) => new([new(Plain, text)]);

    /// <summary>Text by mime type, in the mime types' ordinal order.</summary>
    public IReadOnlyDictionary<string, string> Data => data;

    /// <summary>The value as plain text.</summary>
    public string Text => data[Plain];

    /// <summary>Whether the mime type's payload is JSON, which nbformat stores as JSON and not as a string.</summary>
    public static bool IsJson(string mimeType) =>
        mimeType == "application/json"
        || (mimeType.StartsWith("application/", StringComparison.Ordinal) && mimeType.EndsWith("+json", StringComparison.Ordinal));
}

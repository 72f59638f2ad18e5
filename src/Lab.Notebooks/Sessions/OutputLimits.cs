namespace Lab.Notebooks.Sessions;

/// <summary>How much one cell may give out; what is beyond is dropped, and a note says so where it was cut.</summary>
/// <param name="StreamCharacters">Characters of each console stream.</param>
/// <param name="Displays">Values shown.</param>
/// <param name="DisplayCharacters">Characters of one form of one value (HTML, JSON, base64).</param>
public sealed record OutputLimits(int StreamCharacters = 64 * 1024, int Displays = 100, int DisplayCharacters = 4 * 1024 * 1024)
{
    /// <summary>64 K characters a stream, 100 values a cell, 4 M characters a form.</summary>
    public static OutputLimits Default { get; } = new();
}

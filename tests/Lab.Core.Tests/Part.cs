using System.Globalization;

namespace Lab.Core.Tests;

/// <summary>
/// The share of the laws that this process tries. <c>lab test</c> starts several side by side and tells each its own by
/// <c>LAB_PART</c>: "1/2" is the first half. Without that variable it is all of them.
/// </summary>
/// <param name="Number">Which part, from 1.</param>
/// <param name="Count">Into how many parts the laws are cut.</param>
internal sealed record Part(int Number, int Count)
{
    /// <summary>This process's own.</summary>
    public static Part Mine { get; } = Parse(Environment.GetEnvironmentVariable("LAB_PART"));

    /// <summary>Whether a law is in it. The laws that take longest stand at the same place in most specs: hence the sum.</summary>
    /// <param name="op">The op's place among all.</param>
    /// <param name="law">The law's place among the op's own.</param>
    public bool Has(int op, int law) => (op + law) % Count == Number - 1;

    public static Part Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return new(1, 1);
        return text.Split('/') is [var number, var count]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var of)
            && n >= 1 && n <= of
            ? new(n, of)
            : throw new ArgumentException($"LAB_PART must be a part and their number, as in 1/2, got \"{text}\".", nameof(text));
    }
}

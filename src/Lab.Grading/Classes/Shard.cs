using System.Globalization;

namespace Lab.Grading.Classes;

/// <summary>One of several equal parts of a class: the submissions whose place in the plan leaves the same rest.</summary>
/// <param name="Index">Which, from 1.</param>
/// <param name="Count">Of how many.</param>
public readonly record struct Shard(int Index, int Count)
{
    /// <summary>The whole class.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Reads <c>2/8</c>.</summary>
    /// <exception cref="GradingException">Another text.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var i, var n]
            && int.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && index >= 1 && index <= count
                ? new(index, count)
                : throw new GradingException($"A shard is i/n with i from 1 to n, such as 2/8; got \"{text}\".");
    }

    /// <summary>Whether the submission at a place of the plan belongs to it.</summary>
    public bool Takes(int place) => place % Count == Index - 1;

    /// <inheritdoc/>
    public override string ToString() => $"{Index}/{Count}";
}

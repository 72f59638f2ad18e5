using System.Text.Json;

namespace Lab.Bench;

/// <summary>What a bench found, and on what machine.</summary>
/// <param name="Machine">What it ran on.</param>
/// <param name="Rows">One for each op, form, size and number of threads.</param>
public sealed record BenchReport(Machine Machine, IReadOnlyList<BenchRow> Rows)
{
    private static readonly JsonSerializerOptions json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>When it ended, in universal time.</summary>
    public DateTime Ended { get; init; }

    /// <summary>Whether the sizes were small ones, that say little about speed.</summary>
    public bool Quick { get; init; }

    /// <summary>Why there is no column for Python; null where there is one.</summary>
    public string? WithoutPython { get; init; }

    /// <summary>The starts of the kit's Jupyter kernel; empty where they were not timed.</summary>
    public IReadOnlyList<StartRow> Starts { get; init; } = [];

    /// <summary>Why there are no starts, or none of Python's; null where all were timed, or none were asked for.</summary>
    public string? WithoutStarts { get; init; }

    /// <summary>What memory long decoding holds; null where it was not looked at.</summary>
    public DecodingMemory? Memory { get; init; }

    /// <summary>All of it, as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static BenchReport? FromJson(string text) => JsonSerializer.Deserialize<BenchReport>(text, json);
}

/// <summary>The race of one form of an op at one size.</summary>
/// <param name="Op">The op's name.</param>
/// <param name="Form">Which of the kit's forms: readable (tensor operations) or kernel (fused).</param>
/// <param name="Size">The size of its logits.</param>
/// <param name="Threads">How many threads each side might use.</param>
/// <param name="Ours">The kit's op.</param>
/// <param name="Library">The library op in the same process.</param>
/// <param name="Python">PyTorch in Python; null without it.</param>
public sealed record BenchRow(string Op, string Form, string Size, int Threads, Timing Ours, Timing Library, Timing? Python)
{
    /// <summary>The greatest difference of values or gradients between the contenders, as a part of the largest number there.</summary>
    public double Difference { get; init; }

    /// <summary>Whether this form is what a call runs at this size.</summary>
    public bool RunsByItself { get; init; } = true;

    /// <summary>Ours to the library op.</summary>
    public Ratio ToLibrary => Ratio.Of(Ours, Library);

    /// <summary>Ours to Python; null without it.</summary>
    public Ratio? ToPython => Python is null ? null : Ratio.Of(Ours, Python);
}

/// <summary>How many times as long as another: below 1 is faster.</summary>
/// <param name="Minimum">Of the fastest laps: what the code can do.</param>
/// <param name="Median">Of the laps in the middle: what is usual.</param>
/// <param name="Forward">Of the fastest forward passes.</param>
/// <param name="Backward">Of the fastest backward passes.</param>
public sealed record Ratio(double Minimum, double Median, double Forward, double Backward)
{
    internal static Ratio Of(Timing a, Timing b) =>
        new(a.Minimum / b.Minimum, a.Median / b.Median, a.Forward / b.Forward, a.Backward / b.Backward);
}

/// <summary>Milliseconds of one contender.</summary>
/// <param name="Minimum">The fastest forward and backward.</param>
/// <param name="Median">The one in the middle.</param>
/// <param name="Forward">The fastest forward pass.</param>
/// <param name="Backward">The fastest backward pass.</param>
/// <param name="Samples">How many were timed.</param>
public sealed record Timing(double Minimum, double Median, double Forward, double Backward, int Samples)
{
    internal static Timing Of(IReadOnlyList<Lap> laps)
    {
        var totals = laps.Select(lap => lap.Total).Order().ToArray();
        var median = (totals[(totals.Length - 1) / 2] + totals[totals.Length / 2]) / 2;
        return new(1e3 * totals[0], 1e3 * median, 1e3 * laps.Min(lap => lap.Forward), 1e3 * laps.Min(lap => lap.Backward), totals.Length);
    }
}

namespace Lab.Bench;

/// <summary>How long a live notebook lets its user wait: the kit's kernel, and Python's own.</summary>
/// <param name="What">For what: the first sum, the first tensor, a completion.</param>
/// <param name="Ours">The kit's kernel.</param>
/// <param name="Python">Python's kernel, with its torch; null without it.</param>
public sealed record StartRow(string What, Seconds Ours, Seconds? Python)
{
    /// <summary>How many times as long as Python's, by the shortest times; null without it.</summary>
    public double? ToPython => Python is null ? null : Ours.Minimum / Python.Minimum;
}

/// <summary>Seconds of one kernel.</summary>
/// <param name="Minimum">The shortest time.</param>
/// <param name="Median">The one in the middle.</param>
/// <param name="Samples">How many there were.</param>
public sealed record Seconds(double Minimum, double Median, int Samples)
{
    internal static Seconds? Of(IEnumerable<double> times)
    {
        var sorted = times.Order().ToArray();
        return sorted.Length == 0 ? null : new(sorted[0], (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted.Length);
    }
}

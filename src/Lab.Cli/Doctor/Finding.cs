namespace Lab.Cli.Doctor;

/// <summary>How well something is.</summary>
internal enum Health
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>The course runs, with something missing.</summary>
    Warn,

    /// <summary>The course cannot run.</summary>
    Wrong,
}

/// <summary>One line of <c>lab doctor</c>.</summary>
/// <param name="Health">How well it is.</param>
/// <param name="Subject">What was looked at.</param>
/// <param name="Found">What was found.</param>
/// <param name="Remedy">What to do, where something is to be done.</param>
internal sealed record Finding(Health Health, string Subject, string Found, string? Remedy = null);

namespace Lab.Grading.Judging;

/// <summary>How submissions are graded.</summary>
public sealed record GradeOptions
{
    /// <summary>Only the exercises of these names; null for all.</summary>
    public IReadOnlyList<string>? Exercises { get; init; }

    /// <summary>Whether hidden laws are tried too; where not, they are left out of the report.</summary>
    public bool Hidden { get; init; } = true;

    /// <summary>How many cases a law is tried on; null leaves it to the laws.</summary>
    public int? Cases { get; init; }

    /// <summary>One seed for all laws; null lets each depend on submission, exercise and law.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The wall time that a law may take.</summary>
    public TimeSpan LawTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The wall time that a submission may take; laws after that are not reached.</summary>
    public TimeSpan TotalTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The memory that student code may have.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>Whether known mistakes are looked for where a law fails.</summary>
    public bool Diagnose { get; init; } = true;

    /// <summary>Whether student code may run where it cannot be kept from network and files.</summary>
    public bool AllowLimitsOnly { get; init; } = true;
}

namespace Lab.Grading.Isolation;

/// <summary>What the process that runs student code may use, whatever kind of isolation there is.</summary>
/// <param name="MemoryBytes">Memory, managed and native together.</param>
/// <param name="CpuSeconds">Time of all cores together.</param>
internal sealed record ProcessLimits(long MemoryBytes, int CpuSeconds)
{
    /// <summary>Threads: the runtime has about 20 of its own.</summary>
    public const int Threads = 96;

    /// <summary>Bytes of one file, and of all in the private folder for temporary files.</summary>
    public const long FileBytes = 16 << 20;

    /// <summary>Characters on the error stream, which nobody passes on.</summary>
    public const int ErrorCharacters = 1 << 20;

    /// <summary>What the runtime and LibTorch need before any student code is there.</summary>
    public const long OwnBytes = 768L << 20;
}

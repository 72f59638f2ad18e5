namespace Lab.Core.Runtime;

/// <summary>LibTorch, or the device asked of it, cannot be used on this machine. The message is one line.</summary>
public sealed class LibTorchException : Exception
{
    /// <summary>Says what is wrong and what to do about it.</summary>
    /// <param name="problem">What is wrong, as one sentence.</param>
    /// <param name="remedy">What to do, as one sentence.</param>
    /// <param name="inner">What made it known, if anything did.</param>
    public LibTorchException(string problem, string remedy, Exception? inner = null)
        : base($"{problem} {remedy}", inner) => (Problem, Remedy) = (problem, remedy);

    /// <summary>What is wrong, as one sentence.</summary>
    public string Problem { get; }

    /// <summary>What to do about it, as one sentence.</summary>
    public string Remedy { get; }
}

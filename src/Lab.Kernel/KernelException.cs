namespace Lab.Kernel;

/// <summary>The kernel cannot start, or be installed; the message says why and what to do.</summary>
public sealed class KernelException(string message) : Exception(message);

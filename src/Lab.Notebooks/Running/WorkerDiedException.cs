namespace Lab.Notebooks.Running;

/// <summary>The worker process ended before its work did.</summary>
/// <param name="message">Why, in words.</param>
/// <param name="exitCode">Its exit code; -1 where it is not known.</param>
internal sealed class WorkerDiedException(string message, int exitCode = -1) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

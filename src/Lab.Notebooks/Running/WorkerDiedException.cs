namespace Lab.Notebooks.Running;

/// <summary>The worker process ended before its work did.</summary>
internal sealed class WorkerDiedException(string message) : Exception(message);

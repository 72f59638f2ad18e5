namespace Lab.Grading.Worker;

/// <summary>What came over the wire is not what may come.</summary>
internal sealed class WireException(string message) : Exception(message);

using Lab.Grading.Reports;

namespace Lab.Grading.Remote;

/// <summary>Why the process that ran student code is no more.</summary>
/// <param name="Outcome">Crashed, timed out or out of memory.</param>
/// <param name="Reason">In one sentence.</param>
internal sealed record StudentFault(LawOutcome Outcome, string Reason);

/// <summary>The process that runs student code is gone: no call can be made.</summary>
internal sealed class StudentGoneException(string reason) : Exception(reason);

/// <summary>An exception of the student's own making, or of a type that has no constructor for a message.</summary>
internal sealed class StudentException(string message) : Exception(message);

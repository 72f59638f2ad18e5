namespace Lab.Specs.Harness;

/// <summary>Thrown by a version of an op that supports fewer options than the op: a law says nothing about such a case.</summary>
public sealed class CaseOutsideException() : Exception("The case uses an option that this version of the op does not have.");

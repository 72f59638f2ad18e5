namespace Lab.Plots.Sources;

/// <summary>A type or member of a C# file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">The namespace around it.</param>
/// <param name="Types">The names of the types around it, from the outside in.</param>
/// <param name="DocStart">Where its comments start, in characters.</param>
/// <param name="Start">Where it starts, with its attributes.</param>
/// <param name="End">Where it ends, with its closing brace or semicolon.</param>
internal sealed record Declaration(string Name, string Namespace, IReadOnlyList<string> Types, int DocStart, int Start, int End);

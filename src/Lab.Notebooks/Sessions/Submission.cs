namespace Lab.Notebooks.Sessions;

/// <summary>A cell, or an imported file, that has run: the next one sees what it declared.</summary>
/// <param name="Name">The cell's name, or the file's path.</param>
/// <param name="Code">Its C#, without imports.</param>
internal sealed record Submission(string Name, string Code);

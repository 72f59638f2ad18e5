namespace Lab.Notebooks.Documents;

/// <summary>A notebook file that cannot be read or written; the message names the file and what is wrong with it.</summary>
/// <param name="message">The file, and what is wrong.</param>
/// <param name="inner">The cause, where there is one.</param>
public sealed class NotebookException(string message, Exception? inner = null) : Exception(message, inner);

using Lab.Notebooks.Displays;

namespace Lab.Notebooks.Sessions;

/// <summary>Something that a running cell gave out; a session reports them in the order they happened.</summary>
public abstract record SessionEvent;

/// <summary>Text written to a console stream.</summary>
/// <param name="Name"><see cref="Stdout"/> or <see cref="Stderr"/>.</param>
/// <param name="Text">The text, with its line ends.</param>
public sealed record StreamEvent(string Name, string Text) : SessionEvent
{
    /// <summary>The name of the stream behind <c>Console.Out</c>.</summary>
    public const string Stdout = "stdout";

    /// <summary>The name of the stream behind <c>Console.Error</c>.</summary>
    public const string Stderr = "stderr";
}

/// <summary>A value that the cell showed with <c>Display()</c>.</summary>
/// <param name="Data">The value in every form.</param>
/// <param name="Id">The name under which it may be updated; null where it never is.</param>
public sealed record DisplayEvent(MimeBundle Data, string? Id = null) : SessionEvent;

/// <summary>A new value takes the place of one that was shown before.</summary>
/// <param name="Id">The name of the display.</param>
/// <param name="Data">The new value in every form.</param>
public sealed record UpdateEvent(string Id, MimeBundle Data) : SessionEvent;

/// <summary>What the cell has given out so far is to go.</summary>
/// <param name="Wait">Whether it stays until something new comes, which does not flicker.</param>
public sealed record ClearEvent(bool Wait) : SessionEvent;

/// <summary>The value of the cell's trailing expression.</summary>
/// <param name="Data">The value in every form.</param>
public sealed record ResultEvent(MimeBundle Data) : SessionEvent;

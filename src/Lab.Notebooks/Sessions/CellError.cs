namespace Lab.Notebooks.Sessions;

/// <summary>Why a cell failed.</summary>
public enum CellErrorKind
{
    /// <summary>The code does not compile.</summary>
    Compilation,

    /// <summary>The code threw.</summary>
    Exception,

    /// <summary>A directive (<c>#!import</c>) is wrong, or names a file that cannot be read.</summary>
    Directive,

    /// <summary>The caller cancelled the run.</summary>
    Canceled,
}

/// <summary>A place in a cell or in an imported file.</summary>
/// <param name="Source">The cell's name, or the imported file's full path.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1; 0 where only the line is known.</param>
/// <param name="Text">The line's text.</param>
/// <param name="Member">The method the place lies in; null at the top level of a cell.</param>
public sealed record SourcePlace(string Source, int Line, int Column, string Text, string? Member = null)
{
    /// <summary><c>cell 3, line 5, in Train</c>.</summary>
    public override string ToString() => $"{Source}, line {Line}{(Member is null ? "" : $", in {Member}")}";
}

/// <summary>A failed cell: what happened and where, in the user's own code only.</summary>
/// <param name="Kind">What kind of failure.</param>
/// <param name="Name">The exception's type name, or the compiler's code for it (<c>CS0103</c>).</param>
/// <param name="Message">What happened.</param>
/// <param name="Places">Where, innermost first: the places in cells and imported files. Empty where none is known.</param>
/// <param name="More">Further messages: more compile errors, inner exceptions.</param>
public sealed record CellError(
    CellErrorKind Kind, string Name, string Message, IReadOnlyList<SourcePlace> Places, IReadOnlyList<string> More)
{
    /// <summary>The innermost place in the user's code, or null.</summary>
    public SourcePlace? Place => Places.Count > 0 ? Places[0] : null;

    /// <summary>Name, message, place with the line's text marked, the callers, and what else was said.</summary>
    public override string ToString() => string.Join('\n', Lines());

    /// <summary>The lines of <see cref="ToString"/>.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{Name}: {Message}";
        if (Place is { } place)
        {
            yield return $"  at {place}";
            var gutter = $"{place.Line,6} | ";
            yield return gutter + place.Text;
            var column = place.Column > 0 ? place.Column - 1 : place.Text.Length - place.Text.TrimStart().Length;
            var pad = string.Concat(place.Text.Take(column).Select(c => c == '\t' ? '\t' : ' '));
            yield return $"{new string(' ', gutter.Length - 2)}| {pad}^";
        }
        foreach (var caller in Places.Skip(1).Take(10))
            yield return $"  called from {caller}";
        if (Places.Count > 11)
            yield return $"  ... {Places.Count - 11} more calls";
        foreach (var more in More)
            yield return $"  {more}";
    }
}

/// <summary>How one cell ended.</summary>
/// <param name="Error">Null for a cell that ran through.</param>
public sealed record CellResult(CellError? Error)
{
    /// <summary>Whether the cell ran through.</summary>
    public bool Succeeded => Error is null;
}

namespace Lab.Notebooks.Checks;

/// <summary>Something in a notebook that one of the kernels does not take.</summary>
/// <param name="Rule">The rule's short name.</param>
/// <param name="Where">The notebook, or the cell by its place: <c>item 4 (cell 2)</c>.</param>
/// <param name="Line">The line in the cell, from 1; 0 where it is about the whole.</param>
/// <param name="Message">What is wrong, and what to write instead.</param>
public sealed record LintFinding(string Rule, string Where, int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Where}{(Line > 0 ? $", line {Line}" : "")}: {Message} [{Rule}]";
}

namespace Lab.Data.Molecules;

/// <summary>A text that is no SMILES, or none that is read here: where, and what was wrong.</summary>
public sealed class SmilesException : FormatException
{
    internal SmilesException(string smiles, int position, string problem)
        : base($"{problem} At character {position + 1} of {smiles}\n  {smiles}\n  {new string(' ', position)}^") =>
        (Smiles, Position, Problem) = (smiles, position, problem);

    /// <summary>The text.</summary>
    public string Smiles { get; }

    /// <summary>The index of the character, from 0; the text's length where something is missing at its end.</summary>
    public int Position { get; }

    /// <summary>What was wrong, in a sentence.</summary>
    public string Problem { get; }
}

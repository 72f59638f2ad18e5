namespace Lab.Data.Text;

/// <summary>A source and what it should become.</summary>
/// <param name="Source">What is given: <c>3rd of May 1979</c>.</param>
/// <param name="Target">What is wanted: <c>1979-05-03</c>.</param>
public sealed record TextPair(string Source, string Target);

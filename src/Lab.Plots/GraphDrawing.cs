namespace Lab.Plots;

/// <summary>An edge of a drawing.</summary>
/// <param name="From">The number of one node.</param>
/// <param name="To">The number of the other.</param>
/// <param name="Order">How many lines it is drawn as, 1 to 4.</param>
/// <param name="Weight">How dark it is, 0 to 1: a probability.</param>
public sealed record GraphLine(int From, int To, int Order = 1, double Weight = 1);

/// <summary>A graph to draw.</summary>
/// <param name="Labels">What is written at each node; nothing where lines only meet, as at a carbon atom.</param>
/// <param name="Lines">The edges.</param>
public sealed record GraphDrawing(IReadOnlyList<string> Labels, IReadOnlyList<GraphLine> Lines)
{
    /// <summary>What is written above it.</summary>
    public string? Title { get; init; }

    /// <summary>Where the nodes are, x to the right and y up; null finds places at which edges are of one length and rings are regular.</summary>
    public IReadOnlyList<(double X, double Y)>? Places { get; init; }

    /// <summary>Nodes to be ringed: those that break a rule.</summary>
    public IReadOnlyList<int> Marked { get; init; } = [];

    /// <summary>Discs behind the nodes, one number each, in colours from white (0) to blue (1); null for none.</summary>
    public IReadOnlyList<double>? Fill { get; init; }
}

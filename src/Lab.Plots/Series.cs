namespace Lab.Plots;

/// <summary>A named row of values: a line, a set of points or a group of bars.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="X">Horizontal positions, <c>[N]</c>.</param>
/// <param name="Y">Values, <c>[N]</c>.</param>
public sealed record Series(string Name, Numbers X, Numbers Y)
{
    /// <summary>A row of values at 0, 1, 2, ...</summary>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="y">Values, <c>[N]</c>.</param>
    public Series(string name, Numbers y) : this(name, Numbers.Range(y?.Shape is [var n] ? n : 0), y!)
    {
    }

    /// <summary>The lower edge of a band around the line, <c>[N]</c>.</summary>
    public Numbers? Lower { get; init; }

    /// <summary>The upper edge of a band around the line, <c>[N]</c>.</summary>
    public Numbers? Upper { get; init; }

    /// <summary>The checked columns; lengths must agree.</summary>
    internal (double[] X, double[] Y) Columns()
    {
        ArgumentNullException.ThrowIfNull(Y);
        var y = Y.Vector($"{Name}.Y");
        return (Same(X, "X", y.Length), y);
    }

    internal (double[] Lower, double[] Upper)? Band(int count) => (Lower, Upper) switch
    {
        (null, null) => null,
        ({ } lower, { } upper) => (Same(lower, "Lower", count), Same(upper, "Upper", count)),
        _ => throw new ArgumentException($"{Name} needs both Lower and Upper for a band, got one of them."),
    };

    private double[] Same(Numbers column, string name, int count)
    {
        ArgumentNullException.ThrowIfNull(column);
        var values = column.Vector($"{Name}.{name}");
        if (values.Length != count)
            throw column.BadShape($"{Name}.{name}", $"[{count}], as {Name}.Y has");
        return values;
    }
}

namespace Lab.Core.Pairings;

/// <summary>How well the parts of an output layer go together.</summary>
public enum Fit
{
    /// <summary>As it should be.</summary>
    Right,

    /// <summary>It learns, but something is lost, done twice, or easily mistaken.</summary>
    Works,

    /// <summary>It does not learn what it should, or does not run at all.</summary>
    Wrong,
}

namespace Lab.Core.Sequences.Ctc;

public static partial class Alignment
{
    /// <summary>The labels that an alignment stands for: runs of one class become one, then blanks go.</summary>
    /// <remarks>
    /// <para>In this order: <c>a a - a b b</c> is <c>a a b</c>. A label twice in a row needs a blank between; without one, two
    /// frames of it could as well be one label that is held.</para>
    /// <para>Source: Graves et al. 2006, section 3.1.</para>
    /// </remarks>
    /// <param name="alignment">One class per frame.</param>
    /// <param name="blank">The class that stands for no label.</param>
    public static IReadOnlyList<long> Collapse(IReadOnlyList<long> alignment, long blank = 0)
    {
        ArgumentNullException.ThrowIfNull(alignment);
        var labels = new List<long>();
        for (var t = 0; t < alignment.Count; t++)
            if (alignment[t] != blank && (t == 0 || alignment[t] != alignment[t - 1]))
                labels.Add(alignment[t]);
        return labels;
    }
}

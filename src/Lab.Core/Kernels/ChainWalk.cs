namespace Lab.Core.Kernels;

/// <summary>One chain on its way through the exp domain: where its numbers lie, and what is known of it so far.</summary>
internal unsafe struct ChainWalk
{
    /// <summary>How many chains of few tags go hand in hand; of many, each step has enough to do.</summary>
    public const int Together = 4;

    /// <summary>Which chain of the batch it is.</summary>
    public long Chain;

    /// <summary>Its valid places, in order.</summary>
    public int* Places;

    /// <summary>How many places are valid.</summary>
    public int Valid;

    /// <summary>How many of them are walked in the exp domain: all, or none.</summary>
    public int Count;

    /// <summary>exp(emission - a maximum): a row per valid place. On the way back, what is carried on from the place.</summary>
    public double* Weights;

    /// <summary>Paths up to a place, ending in a tag, up to a factor: a row per valid place. On the way back, times what makes them, and paths from there on, sum to 1.</summary>
    public double* Alphas;

    /// <summary>Paths from a place on.</summary>
    public double* Beta;

    /// <summary>log Z, as far as it is known; NaN where the exp domain does not hold it.</summary>
    public double LogPartition;

    /// <summary>Whether a score is -∞.</summary>
    public bool Forbids;

    /// <summary>Whether the right path is.</summary>
    public bool GoldIsForbidden;
}

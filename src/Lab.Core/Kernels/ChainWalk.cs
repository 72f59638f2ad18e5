namespace Lab.Core.Kernels;

/// <summary>One chain on its way through the exp domain: where its numbers lie, and what is known of it so far.</summary>
internal unsafe struct ChainWalk
{
    /// <summary>How many chains of few tags go hand in hand; of many, each step has enough to do.</summary>
    public const int Together = 4;

    /// <summary>How many places are valid; 0 where there is nothing to walk.</summary>
    public int Count;

    /// <summary>exp(emission - the place's maximum): a row per valid place.</summary>
    public double* Weights;

    /// <summary>Paths up to a place, ending in a tag, up to a factor: a row per valid place.</summary>
    public double* Alphas;

    /// <summary>Paths from a place on, and a second row for what is carried back.</summary>
    public double* Beta;

    /// <summary>The gradient in the emissions: a row per valid place.</summary>
    public double* Probabilities;

    /// <summary>The gradient from above.</summary>
    public double Upstream;

    /// <summary>log Z, as far as it is known; NaN where the exp domain does not hold it.</summary>
    public double LogPartition;

    /// <summary>Whether a score is -∞.</summary>
    public bool Forbids;
}

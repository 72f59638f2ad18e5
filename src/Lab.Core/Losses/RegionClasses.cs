namespace Lab.Core.Losses;

/// <summary>Over which classes a loss of regions takes its mean.</summary>
public enum RegionClasses
{
    /// <summary>Those that the targets show. A class that is not there has no region to be found, and counts nowhere.</summary>
    Present,

    /// <summary>All K. Where a class is not there, all that is predicted of it is wrong.</summary>
    All,
}

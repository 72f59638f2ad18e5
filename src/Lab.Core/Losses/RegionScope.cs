namespace Lab.Core.Losses;

/// <summary>Over which pixels a loss of regions, such as <see cref="Loss.Dice"/>, makes its sums.</summary>
public enum RegionScope
{
    /// <summary>Over each image by itself: one loss per image, and a small image counts as much as a large one.</summary>
    Image,

    /// <summary>Over all pixels of the batch as if they were one image: one loss, and rare classes have more pixels to go by.</summary>
    Batch,
}

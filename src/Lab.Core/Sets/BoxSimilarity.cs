namespace Lab.Core.Sets;

/// <summary>How alike two boxes are: the IoU, and what it lacks where boxes do not meet.</summary>
public enum BoxSimilarity
{
    /// <summary>|A ∩ B| / |A ∪ B|, in [0, 1]: 0, without a slope, for all boxes that do not meet.</summary>
    IoU,

    /// <summary>GIoU, in [-1, 1]: less the share of the smallest box around both that neither fills (Rezatofighi et al. 2019).</summary>
    Generalized,

    /// <summary>DIoU, in [-1, 1]: less the squared distance of the centres over the squared diagonal of the box around both (Zheng et al. 2020).</summary>
    Distance,

    /// <summary>CIoU: DIoU less a term for sides of another proportion (Zheng et al. 2020).</summary>
    Complete,
}

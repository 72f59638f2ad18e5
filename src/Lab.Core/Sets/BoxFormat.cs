namespace Lab.Core.Sets;

/// <summary>What the four numbers of a box are. x grows to the right, y downwards.</summary>
public enum BoxFormat
{
    /// <summary>Left, top, right, bottom: what overlaps are computed from.</summary>
    Xyxy,

    /// <summary>The centre's x and y, width, height: what DETR and its kin put out.</summary>
    Cxcywh,

    /// <summary>Left, top, width, height: what COCO's files hold.</summary>
    Xywh,
}

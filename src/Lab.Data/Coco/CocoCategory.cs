using System.Text.Json.Serialization;

namespace Lab.Data.Coco;

/// <summary>A class of a COCO file.</summary>
public sealed record CocoCategory
{
    /// <summary>Its number in the file; COCO's go from 1 to 90 with gaps.</summary>
    [JsonPropertyName("id")]
    public required int Id { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The group of classes that it belongs to.</summary>
    [JsonPropertyName("supercategory")]
    public string Supercategory { get; init; } = "";

    /// <summary>1 for what can be counted, 0 for a region; panoptic files have it.</summary>
    [JsonPropertyName("isthing")]
    public int? IsThing { get; init; }

    /// <summary>The names of its keypoints, in the order of the annotations; keypoint files have it.</summary>
    [JsonPropertyName("keypoints")]
    public IReadOnlyList<string>? Keypoints { get; init; }

    /// <summary>Pairs of keypoints, counted from 1, between which to draw a line.</summary>
    [JsonPropertyName("skeleton")]
    public IReadOnlyList<IReadOnlyList<int>>? Skeleton { get; init; }
}

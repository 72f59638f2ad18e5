using System.Text.Json.Serialization;
using Lab.Data.Masks;

namespace Lab.Data.Coco;

/// <summary>One object of a picture.</summary>
public sealed record CocoAnnotation
{
    /// <summary>Its number in the file.</summary>
    [JsonPropertyName("id")]
    public required long Id { get; init; }

    /// <summary>The picture's number.</summary>
    [JsonPropertyName("image_id")]
    public required long ImageId { get; init; }

    /// <summary>The category's number.</summary>
    [JsonPropertyName("category_id")]
    public required int CategoryId { get; init; }

    /// <summary>Left, top, width, height.</summary>
    [JsonPropertyName("bbox")]
    public required IReadOnlyList<double> Bbox { get; init; }

    /// <summary>The mask; null in files that have boxes alone.</summary>
    [JsonPropertyName("segmentation")]
    public CocoSegmentation? Segmentation { get; init; }

    /// <summary>Pixels in the mask.</summary>
    [JsonPropertyName("area")]
    public double Area { get; init; }

    /// <summary>1 for a group that is not taken apart.</summary>
    [JsonPropertyName("iscrowd")]
    public int IsCrowd { get; init; }

    /// <summary>x, y and visibility of each keypoint; null where the file has none.</summary>
    [JsonPropertyName("keypoints")]
    public IReadOnlyList<double>? Keypoints { get; init; }

    /// <summary>How many keypoints have a visibility above 0.</summary>
    [JsonPropertyName("num_keypoints")]
    public int? KeypointCount { get; init; }

    /// <summary>Distance in metres; the kit's own scenes have it.</summary>
    [JsonPropertyName("depth")]
    public double? Depth { get; init; }

    /// <summary>The box by its corners.</summary>
    [JsonIgnore]
    public PixelBox Box => new(Bbox[0], Bbox[1], Bbox[0] + Bbox[2], Bbox[1] + Bbox[3]);

    /// <summary>The keypoints, each with its visibility; none where the file has none.</summary>
    [JsonIgnore]
    public IReadOnlyList<Keypoint> Points => Keypoints is null
        ? []
        : [.. Keypoints.Chunk(3).Select(k => new Keypoint(k[0], k[1], (int)k[2]))];
}

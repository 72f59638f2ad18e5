using System.Text.Json.Serialization;

namespace Lab.Data.Coco;

/// <summary>One segment of a panoptic picture: an object, or all of a region's pixels.</summary>
public sealed record PanopticSegment
{
    /// <summary>The number that its pixels have in the PNG: red + 256 green + 65536 blue.</summary>
    [JsonPropertyName("id")]
    public required int Id { get; init; }

    /// <summary>The category's number.</summary>
    [JsonPropertyName("category_id")]
    public required int CategoryId { get; init; }

    /// <summary>1 for a group that is not taken apart.</summary>
    [JsonPropertyName("iscrowd")]
    public int IsCrowd { get; init; }

    /// <summary>Left, top, width, height.</summary>
    [JsonPropertyName("bbox")]
    public IReadOnlyList<double> Bbox { get; init; } = [];

    /// <summary>Its pixels.</summary>
    [JsonPropertyName("area")]
    public double Area { get; init; }
}

/// <summary>The segments of one picture.</summary>
public sealed record PanopticAnnotation
{
    /// <summary>The picture's number.</summary>
    [JsonPropertyName("image_id")]
    public required long ImageId { get; init; }

    /// <summary>The PNG with the segments' numbers.</summary>
    [JsonPropertyName("file_name")]
    public required string FileName { get; init; }

    /// <summary>The segments.</summary>
    [JsonPropertyName("segments_info")]
    public required IReadOnlyList<PanopticSegment> Segments { get; init; }
}

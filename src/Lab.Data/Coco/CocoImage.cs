using System.Text.Json.Serialization;

namespace Lab.Data.Coco;

/// <summary>A picture of a COCO file.</summary>
public sealed record CocoImage
{
    /// <summary>Its number in the file.</summary>
    [JsonPropertyName("id")]
    public required long Id { get; init; }

    /// <summary>Its file's name.</summary>
    [JsonPropertyName("file_name")]
    public required string FileName { get; init; }

    /// <summary>Rows.</summary>
    [JsonPropertyName("height")]
    public required int Height { get; init; }

    /// <summary>Columns.</summary>
    [JsonPropertyName("width")]
    public required int Width { get; init; }
}

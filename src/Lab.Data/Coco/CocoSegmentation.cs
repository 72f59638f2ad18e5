using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Data.Masks;

namespace Lab.Data.Coco;

/// <summary>A mask as a COCO file has it: polygons, runs as numbers, or runs packed into text.</summary>
[JsonConverter(typeof(CocoSegmentationConverter))]
public sealed record CocoSegmentation
{
    /// <summary>Polygons, each x, y, x, y, ...; null where the mask is given as runs.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? Polygons { get; init; }

    /// <summary>Runs as numbers; null for other forms.</summary>
    public IReadOnlyList<uint>? Counts { get; init; }

    /// <summary>Runs as text; null for other forms.</summary>
    public string? Packed { get; init; }

    /// <summary>Height and width, where the mask is given as runs.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>Polygons where the mask has no holes; runs otherwise, packed, as <c>pycocotools</c> takes them.</summary>
    /// <param name="mask">Row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="crowd">Runs as numbers, as COCO has them for crowds.</param>
    public static CocoSegmentation Of(ReadOnlySpan<bool> mask, int height, int width, bool crowd = false)
    {
        var runs = RunLengths.Encode(mask, height, width);
        if (crowd)
            return new() { Counts = runs.Counts, Size = (height, width) };
        var (outer, holes) = MaskOutline.Trace(mask, height, width);
        return holes.Count == 0 && outer.Count > 0
            ? new() { Polygons = outer }
            : new() { Packed = runs.Pack(), Size = (height, width) };
    }

    /// <summary>The mask, whatever its form.</summary>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <exception cref="ArgumentException">Runs or polygons that are wrong, or of another size.</exception>
    public RunLengths ToRuns(int height, int width)
    {
        if (Polygons is not null)
            return RunLengths.OfPolygons(Polygons, height, width);
        if (Size is { } size && size != (height, width))
            throw new ArgumentException($"size must be [{height}, {width}], that of the picture, got [{size.Height}, {size.Width}].");
        return Packed is not null ? RunLengths.Unpack(Packed, height, width) : RunLengths.Of(height, width, Counts ?? []);
    }
}

/// <summary>Reads and writes the three forms.</summary>
internal sealed class CocoSegmentationConverter : JsonConverter<CocoSegmentation>
{
    private sealed record Runs(JsonElement Counts, int[] Size);

    private static readonly JsonSerializerOptions names = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public override CocoSegmentation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
            return new() { Polygons = JsonSerializer.Deserialize<double[][]>(ref reader) };
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("segmentation must be a list of polygons, or an object with counts and size");
        var runs = JsonSerializer.Deserialize<Runs>(ref reader, names);
        if (runs?.Size is not [var height, var width])
            throw new JsonException("segmentation must have a size of two numbers, height and width");
        return runs.Counts.ValueKind switch
        {
            JsonValueKind.String => new() { Packed = runs.Counts.GetString(), Size = (height, width) },
            JsonValueKind.Array => new() { Counts = runs.Counts.Deserialize<uint[]>(), Size = (height, width) },
            _ => throw new JsonException("segmentation must have counts, a text or a list of numbers"),
        };
    }

    public override void Write(Utf8JsonWriter writer, CocoSegmentation value, JsonSerializerOptions options)
    {
        if (value.Polygons is not null)
        {
            JsonSerializer.Serialize(writer, value.Polygons);
            return;
        }
        writer.WriteStartObject();
        writer.WritePropertyName("counts");
        if (value.Packed is not null)
            writer.WriteStringValue(value.Packed);
        else
            JsonSerializer.Serialize(writer, value.Counts);
        writer.WritePropertyName("size");
        JsonSerializer.Serialize(writer, new[] { value.Size!.Value.Height, value.Size.Value.Width });
        writer.WriteEndObject();
    }
}

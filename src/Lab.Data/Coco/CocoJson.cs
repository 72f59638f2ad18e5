using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lab.Data.Coco;

/// <summary>JSON in and out, with errors that name the file.</summary>
internal static class CocoJson
{
    private static readonly JsonSerializerOptions options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,       // packed runs are full of < and >
    };

    /// <exception cref="InvalidDataException">Broken JSON, or a field that is missing or of another kind.</exception>
    public static T Read<T>(string path)
        where T : class
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        return Parse<T>(stream, path);
    }

    /// <exception cref="InvalidDataException">Broken JSON, or a field that is missing or of another kind.</exception>
    public static T Parse<T>(Stream stream, string name)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(stream, options)
                ?? throw new InvalidDataException($"{name}: wanted an object, got null.");
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{name}: {broken.Message}", broken);
        }
    }

    /// <summary>The bytes of a file; one item of a list a line, so that differences can be read.</summary>
    public static byte[] Encode(params (string Name, IEnumerable<object> Items)[] lists)
    {
        using var file = new MemoryStream();
        using var writer = new StreamWriter(file) { NewLine = "\n" };
        writer.Write("{");
        for (var i = 0; i < lists.Length; i++)
        {
            writer.Write($"{(i > 0 ? "," : "")}\n\"{lists[i].Name}\": [");
            var first = true;
            foreach (var item in lists[i].Items)
            {
                writer.Write(first ? "\n" : ",\n");
                writer.Write(JsonSerializer.Serialize(item, item.GetType(), options));
                first = false;
            }
            writer.Write("\n]");
        }
        writer.Write("\n}\n");
        writer.Flush();
        return file.ToArray();
    }
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Grading.Reports;
using Lab.Shared;

namespace Lab.Grading.Classes;

/// <summary>What a run of the grader leaves on disk: a file for each report, and which shard of which class they are.</summary>
/// <param name="folder">The folder, which need not exist yet.</param>
public sealed class ReportFolder(string folder)
{
    private const string ShardFile = "shard.json";

    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(folder);

    /// <summary>Writes a report; a reader sees all of it or nothing.</summary>
    public void Save(string key, GradeReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        AtomicFile.Write(FileOf(key), Encoding.UTF8.GetBytes(report.ToJson()));
    }

    /// <summary>The report of a submission; null where there is none, or none that can be read.</summary>
    public GradeReport? Load(string key)
    {
        try
        {
            return new FileInfo(FileOf(key)) is { Exists: true, Length: <= 4L * GradeReport.MostBytes }
                ? GradeReport.FromJson(File.ReadAllText(FileOf(key)))
                : null;
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Says that the folder is complete: all submissions of a shard have their report.</summary>
    public void Close(ShardRecord record) =>
        AtomicFile.Write(System.IO.Path.Combine(Path, ShardFile), JsonSerializer.SerializeToUtf8Bytes(record, ShardJson.Default.ShardRecord));

    /// <summary>Makes the folder, and says that it is in the making again.</summary>
    /// <exception cref="GradingException">It cannot be made or written.</exception>
    public void Open()
    {
        try
        {
            Directory.CreateDirectory(Path);
            File.Delete(System.IO.Path.Combine(Path, ShardFile));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradingException($"{Path} cannot be written: {problem.Message.Split('\n')[0]}", problem);
        }
    }

    /// <summary>Which shard the folder holds.</summary>
    /// <exception cref="GradingException">It holds none, or one that has not ended.</exception>
    public ShardRecord Record()
    {
        var file = System.IO.Path.Combine(Path, ShardFile);
        try
        {
            if (File.Exists(file) && JsonSerializer.Deserialize(File.ReadAllBytes(file), ShardJson.Default.ShardRecord) is { Schema: ShardRecord.Current } record)
                return record;
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new GradingException($"{file} cannot be read: {problem.Message.Split('\n')[0]}", problem);
        }
        throw new GradingException(Directory.Exists(Path)
            ? $"{Path} is no finished shard: it holds no {ShardFile}. Run its `lab grade --shard` again; what is graded already is kept."
            : $"There is no folder {Path}.");
    }

    private string FileOf(string key) => System.IO.Path.Combine(Path, "reports", $"{key}.json");
}

/// <summary>Which part of which class a folder of reports is.</summary>
/// <param name="Index">Which shard, from 1.</param>
/// <param name="Count">Of how many.</param>
/// <param name="Plan">The hash of the class's plan.</param>
/// <param name="Keys">The submissions of the shard, in order.</param>
public sealed record ShardRecord(int Index, int Count, string Plan, IReadOnlyList<string> Keys)
{
    /// <summary>The name of this format.</summary>
    public const string Current = "lab-shard/1";

    /// <summary>The format.</summary>
    public string Schema { get; init; } = Current;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ShardRecord))]
internal sealed partial class ShardJson : JsonSerializerContext;

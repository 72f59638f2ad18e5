using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Notebooks.Displays;
using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Running;

/// <summary>What parent and worker say to each other: one JSON object a line, over a pipe of their own.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "say")]
[JsonDerivedType(typeof(StartSession), "start")]
[JsonDerivedType(typeof(RunCell), "run")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(Wrote), "wrote")]
[JsonDerivedType(typeof(Showed), "showed")]
[JsonDerivedType(typeof(Ended), "ended")]
internal abstract record WorkerMessage
{
    private static readonly JsonSerializerOptions json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string ToLine() => JsonSerializer.Serialize(this, json);

    public static WorkerMessage Read(string line) =>
        JsonSerializer.Deserialize<WorkerMessage>(line, json) ?? throw new JsonException("A message was wanted, got null.");
}

/// <summary>Parent: open a session whose relative paths start in this folder.</summary>
internal sealed record StartSession(string BaseDirectory) : WorkerMessage;

/// <summary>Parent: run this cell.</summary>
internal sealed record RunCell(string Name, string Code) : WorkerMessage;

/// <summary>Worker: the session is open.</summary>
internal sealed record Ready : WorkerMessage;

/// <summary>Worker: the cell wrote text.</summary>
internal sealed record Wrote(string Stream, string Text) : WorkerMessage;

/// <summary>Worker: the cell showed a value, or ended in one.</summary>
internal sealed record Showed(Dictionary<string, string> Data, bool IsResult) : WorkerMessage
{
    public SessionEvent ToEvent() => IsResult ? new ResultEvent(new MimeBundle(Data)) : new DisplayEvent(new MimeBundle(Data));
}

/// <summary>Worker: the cell ended.</summary>
internal sealed record Ended(CellError? Error) : WorkerMessage;

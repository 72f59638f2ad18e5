using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lab.Notebooks.Displays;
using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Running;

/// <summary>What parent and worker say to each other: one JSON object a line, over a pipe of their own.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "say")]
[JsonDerivedType(typeof(StartSession), "start")]
[JsonDerivedType(typeof(RunCell), "run")]
[JsonDerivedType(typeof(Evaluate), "evaluate")]
[JsonDerivedType(typeof(Ask), "ask")]
[JsonDerivedType(typeof(Interrupt), "interrupt")]
[JsonDerivedType(typeof(Line), "line")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(Wrote), "wrote")]
[JsonDerivedType(typeof(Showed), "showed")]
[JsonDerivedType(typeof(Updated), "updated")]
[JsonDerivedType(typeof(Cleared), "cleared")]
[JsonDerivedType(typeof(WantsLine), "wantsLine")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(Evaluated), "evaluated")]
[JsonDerivedType(typeof(Answered), "answered")]
internal abstract record WorkerMessage
{
    private static readonly JsonSerializerOptions json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string ToLine() => JsonSerializer.Serialize(this, json);

    public static WorkerMessage Read(string line) =>
        JsonSerializer.Deserialize<WorkerMessage>(line, json) ?? throw new JsonException("A message was wanted, got null.");
}

/// <summary>Parent: open a session whose relative paths start in this folder.</summary>
internal sealed record StartSession(string BaseDirectory) : WorkerMessage;

/// <summary>Parent: run this cell. An interrupt names it by its number.</summary>
internal sealed record RunCell(string Name, string Code, bool MayRead = false, int Number = 0) : WorkerMessage;

/// <summary>Parent: what is the value of this expression. An interrupt names it by its number.</summary>
internal sealed record Evaluate(string Expression, int Number = 0) : WorkerMessage;

/// <summary>Parent: a question on code that has not run yet; its kinds are those of the kernel's language service.</summary>
internal sealed record Ask(string Question, string Code, int Position, int Detail = 0) : WorkerMessage;

/// <summary>Parent: stop what has this number, whether it runs already or comes next.</summary>
internal sealed record Interrupt(int Number) : WorkerMessage;

/// <summary>Parent: the line that the cell wanted.</summary>
internal sealed record Line(string Text) : WorkerMessage;

/// <summary>Worker: the session is open.</summary>
internal sealed record Ready : WorkerMessage;

/// <summary>Worker: the running cell gave something out.</summary>
internal abstract record CellMessage : WorkerMessage
{
    public abstract SessionEvent ToEvent();
}

/// <summary>Worker: the cell wrote text.</summary>
internal sealed record Wrote(string Stream, string Text) : CellMessage
{
    public override SessionEvent ToEvent() => new StreamEvent(Stream, Text);
}

/// <summary>Worker: the cell showed a value, or ended in one.</summary>
internal sealed record Showed(Dictionary<string, string> Data, bool IsResult, string? Id = null) : CellMessage
{
    public override SessionEvent ToEvent() => IsResult ? new ResultEvent(new MimeBundle(Data)) : new DisplayEvent(new MimeBundle(Data), Id);
}

/// <summary>Worker: the cell shows another value in the place of an earlier one.</summary>
internal sealed record Updated(string Id, Dictionary<string, string> Data) : CellMessage
{
    public override SessionEvent ToEvent() => new UpdateEvent(Id, new MimeBundle(Data));
}

/// <summary>Worker: the cell takes back what it gave out.</summary>
internal sealed record Cleared(bool Wait) : CellMessage
{
    public override SessionEvent ToEvent() => new ClearEvent(Wait);
}

/// <summary>Worker: the cell ended.</summary>
internal sealed record Ended(CellError? Error) : WorkerMessage;

/// <summary>Worker: the cell reads the console, and waits.</summary>
internal sealed record WantsLine : WorkerMessage;

/// <summary>Worker: the value of an expression, or why there is none.</summary>
internal sealed record Evaluated(Dictionary<string, string>? Data, CellError? Error) : WorkerMessage;

/// <summary>Worker: the answer to a question.</summary>
internal sealed record Answered(JsonObject Answer) : WorkerMessage;

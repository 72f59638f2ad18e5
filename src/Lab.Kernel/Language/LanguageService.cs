using System.Text.Json.Nodes;
using Lab.Notebooks.Running;
using Lab.Notebooks.Sessions;

namespace Lab.Kernel.Language;

/// <summary>Answers questions on code that has not run yet.</summary>
internal sealed class LanguageService(ScriptSessionOptions options, Func<IReadOnlyList<Submission>> submissions) : IDisposable
{
    public void WarmUp() => _ = (options, submissions);

    /// <summary>The content of Jupyter's reply.</summary>
    public Task<JsonObject> AnswerAsync(Ask question) => options is null ? null! : Task.FromResult(question.Question switch
    {
        "is_complete" => Completeness.Of(question.Code),
        "complete" => new JsonObject
        {
            ["status"] = "ok", ["matches"] = new JsonArray(), ["cursor_start"] = question.Position, ["cursor_end"] = question.Position, ["metadata"] = new JsonObject(),
        },
        _ => new JsonObject { ["status"] = "ok", ["found"] = false, ["data"] = new JsonObject(), ["metadata"] = new JsonObject() },
    });

    public void Dispose()
    {
    }
}

using System.Text.Json.Nodes;
using Lab.Notebooks.Running;
using Lab.Notebooks.Sessions;
using Microsoft.CodeAnalysis;

namespace Lab.Kernel.Language;

/// <summary>Answers questions on code that has not run yet.</summary>
/// <param name="options">The session's options.</param>
/// <param name="submissions">What has run in the session.</param>
internal sealed class LanguageService(ScriptSessionOptions options, Func<IReadOnlyList<Submission>> submissions) : IDisposable
{
    private readonly Lazy<ScriptWorkspace> workspace = new(() => new(options));
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The content of Jupyter's reply.</summary>
    public async Task<JsonObject> AnswerAsync(Ask question)
    {
        if (question.Question == "is_complete")
            return Completeness.Of(question.Code);
        await turn.WaitAsync();
        try
        {
            return question.Question switch
            {
                "complete" => (PathCompleter.Suggest(question.Code, question.Position, options.BaseDirectory, options.ImportFallback)
                    ?? await Completer.SuggestAsync(await OpenAsync(question.Code), question.Code, question.Position)).ToReply(),
                "inspect" => await Inspector.InspectAsync(await OpenAsync(question.Code), question.Position),
                var other => throw new InvalidOperationException($"A question of a known kind was wanted, got {other}."),
            };
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Roslyn's services take a second or two when they are first used: that second is spent before anybody waits.</summary>
    public async Task WarmUpAsync()
    {
        await AnswerAsync(new("complete", "Console.", 8));
        await AnswerAsync(new("inspect", "Math.Max", 6));
    }

    public void Dispose()
    {
        if (workspace.IsValueCreated)
            workspace.Value.Dispose();
        turn.Dispose();
    }

    // Imports are commands of the session's, and no C#: each becomes spaces, so that positions stay.
    private Task<Document> OpenAsync(string code)
    {
        var lines = code.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].TrimStart().StartsWith("#!", StringComparison.Ordinal))
                lines[i] = new string(' ', lines[i].Length);
        }
        return workspace.Value.OpenAsync(string.Join('\n', lines), submissions());
    }
}

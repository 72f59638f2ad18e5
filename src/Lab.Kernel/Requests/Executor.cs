using System.Text.Json.Nodes;
using Lab.Kernel.Wire;
using Lab.Notebooks.Running;
using Lab.Notebooks.Sessions;

namespace Lab.Kernel.Requests;

/// <summary>Answers execute requests.</summary>
/// <param name="session">Where cells run.</param>
/// <param name="publisher">Takes what they give out.</param>
/// <param name="askLine">Asks the client of a request for a line.</param>
internal sealed class Executor(SessionHost session, Publisher publisher, Action<KernelMessage> askLine)
{
    private readonly History history = new();
    private int count = 1;

    /// <summary>What was run.</summary>
    public History History => history;

    /// <summary>Runs a request's code.</summary>
    /// <returns>The content of the reply, and whether requests that wait are to be given up.</returns>
    /// <exception cref="WorkerDiedException">The code took its process down; its error is published.</exception>
    public async Task<(JsonObject Reply, bool Abort)> ExecuteAsync(KernelMessage request)
    {
        var code = request.Content.Text("code");
        var silent = request.Content.Flag("silent", false);
        var store = !silent && request.Content.Flag("store_history", true);
        var number = count;
        if (store && !string.IsNullOrWhiteSpace(code))
            count++;
        string? output = null;
        JsonObject? error = null;
        if (!string.IsNullOrWhiteSpace(code))
            error = await RunAsync(request, code, number, silent, text => output = text);
        else if (!silent)
            publisher.Input(request, code, number);
        if (store)
            history.Add(number, code, output);

        var reply = new JsonObject { ["status"] = error is null ? "ok" : "error", ["execution_count"] = number };
        if (error is not null)
        {
            foreach (var (name, value) in error)
                reply[name] = value?.DeepClone();
            return (reply, request.Content.Flag("stop_on_error", true));
        }
        reply["payload"] = new JsonArray();
        reply["user_expressions"] = await EvaluateAsync(request.Content["user_expressions"] as JsonObject);
        return (reply, false);
    }

    /// <summary>The reply to a request that was given up since one before it failed.</summary>
    public JsonObject Aborted() => new() { ["status"] = "aborted", ["execution_count"] = count };

    private async Task<JsonObject?> RunAsync(KernelMessage request, string code, int number, bool silent, Action<string> onResult)
    {
        var cell = new RunCell($"cell {number}", code, request.Content.Flag("allow_stdin", true));
        JsonObject? error;
        try
        {
            var failure = await session.RunAsync(cell, Begin, Take, () => askLine(request));
            error = failure is null ? null : Traceback.Of(failure);
        }
        catch (SessionRestartedException restarted)
        {
            error = Traceback.Of("SessionRestarted", restarted.Message);
        }
        catch (WorkerDiedException death)
        {
            publisher.Error(request, Traceback.Of("KernelDied", death.Message));
            throw;
        }
        if (error is not null && !silent)
            publisher.Error(request, error);
        return error;

        void Begin()
        {
            if (!silent)
                publisher.Input(request, code, number);
        }

        void Take(SessionEvent happened)
        {
            if (happened is ResultEvent result)
                onResult(result.Data.Text);
            if (!silent)
                publisher.Output(request, happened, number);
        }
    }

    private async Task<JsonObject> EvaluateAsync(JsonObject? expressions)
    {
        var values = new JsonObject();
        foreach (var (name, expression) in expressions ?? [])
        {
            var text = expression is JsonValue value && value.TryGetValue<string>(out var given) ? given : "";
            var (data, error) = await session.EvaluateAsync(text);
            var answer = error is null
                ? new JsonObject { ["data"] = data is null ? new JsonObject() : Publisher.Bundle(data), ["metadata"] = new JsonObject() }
                : Traceback.Of(error);
            answer["status"] = error is null ? "ok" : "error";
            values[name] = answer;
        }
        return values;
    }
}

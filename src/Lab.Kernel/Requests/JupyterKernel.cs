using System.Text.Json.Nodes;
using Lab.Kernel.Wire;
using Lab.Notebooks.Running;

namespace Lab.Kernel.Requests;

/// <summary>The kernel: takes Jupyter's requests and answers them, until it is shut down.</summary>
public sealed class JupyterKernel : IDisposable
{
    private readonly KernelSockets sockets;
    private readonly SessionHost session;
    private readonly Publisher publisher;
    private readonly Executor executor;
    private readonly Action<string> log;
    private readonly RequestQueue shell = new();
    private readonly CancellationTokenSource ended = new();
    private int exitCode;
    private volatile string? question;                                        // the id of the one that a cell waits for a line with

    /// <summary>Binds the sockets and starts the session.</summary>
    /// <param name="connection">Where to listen.</param>
    /// <param name="worker">How to start the session's process.</param>
    /// <param name="folder">The folder that the session's relative paths start from.</param>
    /// <param name="log">Takes lines for the log.</param>
    /// <exception cref="KernelException">It cannot listen there.</exception>
    public JupyterKernel(ConnectionFile connection, WorkerCommand worker, string folder, Action<string> log)
    {
        this.log = log;
        session = new(worker, folder, log);                                   // first: it starts while the sockets are bound
        try
        {
            sockets = new(connection, Take, log);
        }
        catch (KernelException)
        {
            session.Dispose();
            throw;
        }
        publisher = new(sockets.Send);
        executor = new(session, publisher, AskLine);
    }

    /// <summary>Where the kernel listens, with the ports that it got.</summary>
    public ConnectionFile Connection => sockets.Connection;

    /// <summary>Serves until it is shut down, or its session's process dies.</summary>
    /// <returns>The exit code for this process.</returns>
    public async Task<int> RunAsync()
    {
        sockets.Start();
        publisher.Status(null, "starting");
        try
        {
            while (true)
            {
                var request = await shell.NextAsync(ended.Token);
                await HandleAsync(request).WaitAsync(ended.Token);            // a cell that never ends must not hold up the end
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            await sockets.FlushAsync();
            return exitCode;
        }
    }

    /// <summary>Stops the running cell, as Ctrl+C does.</summary>
    public void Interrupt() => session.Interrupt();

    /// <summary>Ends <see cref="RunAsync"/>.</summary>
    public void Stop() => ended.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        session.Dispose();
        sockets.Dispose();
        shell.Dispose();
        ended.Dispose();
    }

    /// <summary>Called on the sockets' thread.</summary>
    private void Take(Channel channel, KernelMessage message)
    {
        switch (channel)
        {
            case Channel.Shell:
                shell.Add(message);
                break;
            case Channel.Control:
                _ = Task.Run(() => Control(message));
                break;
            case Channel.Stdin when message.Type == "input_reply" && IsAnswer(message):
                question = null;
                session.Type(message.Content.Text("value"));
                break;
            default:
                log($"a {message.Type} on the {channel} channel was dropped: nobody waits for it");
                break;
        }
    }

    private void Control(KernelMessage request)
    {
        publisher.Status(request, "busy");
        switch (request.Type)
        {
            case "interrupt_request":
                session.Interrupt();
                Reply(Channel.Control, request, new() { ["status"] = "ok" });
                break;
            case "shutdown_request":
                Shutdown(Channel.Control, request);
                break;
            case "kernel_info_request":
                Reply(Channel.Control, request, KernelInfo.Answer());
                break;
            default:
                log($"a {request.Type} on the control channel is not known here");
                break;
        }
        publisher.Status(request, "idle");
        if (request.Type == "shutdown_request")
            ended.Cancel();
    }

    private async Task HandleAsync(KernelMessage request)
    {
        publisher.Status(request, "busy");
        var (abort, last) = (false, request.Type == "shutdown_request");
        try
        {
            switch (request.Type)
            {
                case "execute_request":
                    (var reply, abort) = await executor.ExecuteAsync(request);
                    question = null;
                    Reply(Channel.Shell, request, reply);
                    break;
                case "shutdown_request":
                    Shutdown(Channel.Shell, request);
                    break;
                case "comm_open":
                    publisher.Publish(request, "comm_close", new() { ["comm_id"] = request.Content.Text("comm_id"), ["data"] = new JsonObject() });
                    break;
                case "comm_msg" or "comm_close":
                    break;
                default:
                    if (await AnswerAsync(request) is { } answer)
                        Reply(Channel.Shell, request, answer);
                    else
                        log($"a {request.Type} on the shell channel is not known here");
                    break;
            }
        }
        catch (WorkerDiedException death)
        {
            log($"the session's process is dead, and with it the kernel. {death.Message}");
            Reply(Channel.Shell, request, Died(request, death));
            exitCode = death.ExitCode is > 0 and < 256 ? death.ExitCode : 1;
            last = true;
        }
        publisher.Status(request, "idle");
        foreach (var waiting in abort ? shell.TakeAll("execute_request") : [])
        {
            publisher.Status(waiting, "busy");
            Reply(Channel.Shell, waiting, executor.Aborted());
            publisher.Status(waiting, "idle");
        }
        if (last)
            ended.Cancel();                                                   // after the last word: nothing more is waited for
    }

    /// <summary>The answer to a request that changes nothing; null where it is not known.</summary>
    private async Task<JsonObject?> AnswerAsync(KernelMessage request)
    {
        var code = request.Content.Text("code");
        var position = CodePoints.ToIndex(code, request.Content.Number("cursor_pos") ?? int.MaxValue);
        switch (request.Type)
        {
            case "kernel_info_request":
                return KernelInfo.Answer();
            case "history_request":
                return executor.History.Answer(request.Content);
            case "comm_info_request":
                return new() { ["status"] = "ok", ["comms"] = new JsonObject() };
            case "is_complete_request":
                return await session.AskAsync(new("is_complete", code, code.Length));
            case "inspect_request":
                return await session.AskAsync(new("inspect", code, position, request.Content.Number("detail_level") ?? 0));
            case "complete_request":
                return InCodePoints(await session.AskAsync(new("complete", code, position)), code);
            default:
                return null;
        }
    }

    /// <summary>A reply whose positions count characters.</summary>
    private static JsonObject InCodePoints(JsonObject answer, string code)
    {
        foreach (var name in new[] { "cursor_start", "cursor_end" })
            answer[name] = CodePoints.FromIndex(code, (int)answer[name]!);
        foreach (var item in answer["metadata"]!["_jupyter_types_experimental"]!.AsArray())
            (item!["start"], item["end"]) = ((int)answer["cursor_start"]!, (int)answer["cursor_end"]!);
        return answer;
    }

    private void Shutdown(Channel channel, KernelMessage request)
    {
        var content = new JsonObject { ["status"] = "ok", ["restart"] = request.Content.Flag("restart", false) };
        publisher.Publish(request, "shutdown_reply", (JsonObject)content.DeepClone());
        Reply(channel, request, content);
    }

    private static JsonObject Died(KernelMessage request, WorkerDiedException death)
    {
        var content = Traceback.Of("KernelDied", death.Message);
        content["status"] = "error";
        if (request.Type == "execute_request")
            content["execution_count"] = 0;
        return content;
    }

    private void AskLine(KernelMessage request)
    {
        var asked = KernelMessage.Create(request.Identities, "input_request", new() { ["prompt"] = "", ["password"] = false }, request);
        question = asked.Id;
        sockets.Send(Channel.Stdin, asked);
    }

    /// <summary>Whether a line is for the cell that waits now. Some clients do not say which question they answer.</summary>
    private bool IsAnswer(KernelMessage reply) => question is { } open && reply.Parent.Text("msg_id", open) == open;

    private void Reply(Channel channel, KernelMessage request, JsonObject content) => sockets.Send(
        channel, KernelMessage.Create(request.Identities, request.Type.Replace("_request", "_reply", StringComparison.Ordinal), content, request));
}

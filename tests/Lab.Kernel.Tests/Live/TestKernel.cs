using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Lab.Kernel.Wire;
using Lab.Shared;
using NetMQ;
using NetMQ.Sockets;

namespace Lab.Kernel.Tests.Live;

/// <summary>What one request brought: its reply, and all that was told on IOPub until the kernel was idle again.</summary>
/// <param name="Reply">The reply's content.</param>
/// <param name="Told">Types and contents, in order, without the states.</param>
internal sealed record Answer(JsonObject Reply, IReadOnlyList<(string Type, JsonObject Content)> Told)
{
    public string? Status => (string?)Reply["status"];

    /// <summary>What was told, in short: <c>stdout:..., display:..., update:..., result:..., error:..., clear</c>.</summary>
    public IReadOnlyList<string> Outputs => [.. Told.Where(message => message.Type != "execute_input").Select(message => message.Type switch
    {
        "stream" => $"{message.Content["name"]}:{message.Content["text"]}",
        "display_data" => $"display:{Text(message.Content)}",
        "update_display_data" => $"update:{Text(message.Content)}",
        "execute_result" => $"result:{Text(message.Content)}",
        "error" => $"error:{message.Content["ename"]}",
        "clear_output" => "clear",
        var other => other,
    })];

    private static string? Text(JsonObject content) => (string?)content["data"]!["text/plain"];
}

/// <summary>A kernel in a process of its own, as Jupyter starts it, and a client that talks to it.</summary>
internal sealed class TestKernel : IDisposable
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan lookUp = TimeSpan.FromSeconds(1);

    private readonly TestFolder folder = new();
    private readonly StringBuilder log = new();
    private readonly Process process;
    private readonly MessageCodec codec;
    private readonly DealerSocket shell = new();
    private readonly DealerSocket control = new();
    private readonly DealerSocket stdin = new();
    private readonly SubscriberSocket iopub = new();
    private bool broken;

    /// <param name="variables">Environment variables of the kernel's process.</param>
    public TestKernel(params IEnumerable<(string Name, string Value)> variables)
        : this([], variables)
    {
    }

    /// <param name="wrapper">A program, with its arguments, that starts the program whose name and arguments come after them.</param>
    /// <param name="variables">Environment variables of the kernel's process.</param>
    public TestKernel(IReadOnlyList<string> wrapper, IEnumerable<(string Name, string Value)> variables)
    {
        var file = folder.At("connection.json");
        (ConnectionFile.Fresh() with { Key = "key of the tests" }).Write(file);
        process = Start([.. wrapper, Program, "kernel", "run", "--connection-file", file], variables);
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
                log.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        var clock = Stopwatch.StartNew();
        while (ConnectionFile.Read(file).ShellPort == 0)
        {
            if (clock.Elapsed > limit || process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"The kernel did not start: {Log}");
            }
            Thread.Sleep(10);
        }
        Connection = ConnectionFile.Read(file);
        codec = new(Connection.Key);
        foreach (var socket in new[] { shell, control, stdin })
            socket.Options.Identity = "tests"u8.ToArray();
        shell.Connect($"tcp://127.0.0.1:{Connection.ShellPort}");
        control.Connect($"tcp://127.0.0.1:{Connection.ControlPort}");
        stdin.Connect($"tcp://127.0.0.1:{Connection.StdinPort}");
        iopub.SubscribeToAnyTopic();
        iopub.Connect($"tcp://127.0.0.1:{Connection.IOPubPort}");
        while (Receive(iopub).Type != "iopub_welcome")
        {
            // The kernel's own first words, which may come before.
        }
    }

    public ConnectionFile Connection { get; }

    public Process Process => process;

    /// <summary>What the kernel has written to its log so far.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <summary>Waits until the log holds a text.</summary>
    public void WaitForLog(string text)
    {
        if (!SpinWait.SpinUntil(() => Log.Contains(text, StringComparison.Ordinal), limit))
            Fail($"The log lacks '{text}'");
    }

    /// <summary>Waits until the kernel's process has ended.</summary>
    public void WaitForEnd()
    {
        if (!process.WaitForExit(limit))
            Fail($"The kernel did not end within {limit.TotalSeconds} s");
        process.WaitForExit();                                            // until its log is read to the end
    }

    internal static string Program => Path.Combine(
        Repository.Root, "artifacts", "bin", "Lab.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name,
        OperatingSystem.IsWindows() ? "lab.exe" : "lab");

    internal static Process Start(IReadOnlyList<string> command, IEnumerable<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(Repository.Root, "notebooks"),
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs code and waits for its end.</summary>
    public Answer Execute(string code, Action<JsonObject>? with = null) => WaitFor(Send("execute_request", Code(code, with)));

    public static JsonObject Code(string code, Action<JsonObject>? with = null)
    {
        var content = new JsonObject { ["code"] = code, ["silent"] = false, ["store_history"] = true, ["allow_stdin"] = false, ["stop_on_error"] = true };
        with?.Invoke(content);
        return content;
    }

    /// <summary>Asks on the shell channel and waits for the reply.</summary>
    public JsonObject Ask(string type, JsonObject? content = null) => WaitFor(Send(type, content ?? [])).Reply;

    /// <summary>Sends a request on the shell channel.</summary>
    public string Send(string type, JsonObject content)
    {
        var message = KernelMessage.Create([], type, content, parent: null);
        shell.SendMultipartMessage(new NetMQMessage(codec.Encode(message)));
        return message.Id;
    }

    /// <summary>Asks on the control channel and waits for the reply there.</summary>
    public JsonObject Control(string type, JsonObject? content = null)
    {
        control.SendMultipartMessage(new NetMQMessage(codec.Encode(KernelMessage.Create([], type, content ?? [], parent: null))));
        return Receive(control).Content;
    }

    /// <summary>Sends frames as they are.</summary>
    public void SendRaw(params IEnumerable<byte[]> frames) => shell.SendMultipartMessage(new NetMQMessage(frames));

    /// <summary>Waits for a request's reply and for the end of its outputs.</summary>
    public Answer WaitFor(string id, Action<string>? onOutput = null)
    {
        var told = new List<(string Type, JsonObject Content)>();
        while (true)
        {
            var message = Receive(iopub);
            if ((string?)message.Parent["msg_id"] != id)
                continue;
            if (message.Type != "status")
                told.Add((message.Type, message.Content));
            else if ((string?)message.Content["execution_state"] == "idle")
                break;
            if (message.Type is not ("status" or "execute_input"))
                onOutput?.Invoke(new Answer([], [(message.Type, message.Content)]).Outputs[0]);
        }
        KernelMessage reply;
        do
        {
            reply = Receive(shell);
        }
        while ((string?)reply.Parent["msg_id"] != id);
        return new(reply.Content, told);
    }

    /// <summary>Waits until a request that may never end has told something of this type.</summary>
    public void WaitForMessage(string id, string type)
    {
        KernelMessage message;
        do
        {
            message = Receive(iopub);
        }
        while ((string?)message.Parent["msg_id"] != id || message.Type != type);
    }

    /// <summary>Waits for the kernel's question for a line, and answers it.</summary>
    public void Type(string text)
    {
        WaitForQuestion();
        Answer(text, question: null);
    }

    /// <summary>Waits for the kernel's question for a line.</summary>
    public KernelMessage WaitForQuestion()
    {
        var question = Receive(stdin);
        Assert.Equal("input_request", question.Type);
        return question;
    }

    /// <summary>Answers a question, or, as some clients do, whatever question there is.</summary>
    public void Answer(string text, KernelMessage? question) =>
        stdin.SendMultipartMessage(new NetMQMessage(codec.Encode(KernelMessage.Create([], "input_reply", new() { ["value"] = text }, question))));

    public void Dispose()
    {
        try
        {
            if (!process.HasExited && !broken)
            {
                Control("shutdown_request", new() { ["restart"] = false });
                WaitForEnd();
            }
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            Release();
        }
    }

    private void Release()
    {
        process.WaitForExit();
        foreach (var socket in new NetMQSocket[] { shell, control, stdin, iopub })
            socket.Dispose();
        process.Dispose();
        folder.Dispose();
    }

    private KernelMessage Receive(NetMQSocket socket)
    {
        NetMQMessage? frames = null;
        var clock = Stopwatch.StartNew();
        while (!socket.TryReceiveMultipartMessage(lookUp, ref frames))
        {
            // What a process said before its end may still be on its way.
            if (process.HasExited && !socket.TryReceiveMultipartMessage(lookUp * 2, ref frames))
                Fail($"The kernel has ended, with exit code {process.ExitCode}");
            if (frames is not null)
                break;
            if (clock.Elapsed > limit)
                Fail($"The kernel said nothing for {limit.TotalSeconds} s");
        }
        return codec.Decode([.. frames!.Select(frame => frame.ToByteArray())]);
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private void Fail(string problem)
    {
        broken = true;                                                    // it would not shut down in good order either
        Assert.Fail($"{problem}. Its log: {Log}");
    }
}

using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Lab.Notebooks.Displays;
using Lab.Notebooks.Running;
using Lab.Notebooks.Sessions;

namespace Lab.Kernel.Worker;

/// <summary>The kernel's side of the process that cells run in, one request at a time.</summary>
internal sealed class SessionProcess : IDisposable
{
    private const int LongestPiece = 16 * 1024;

    private static readonly TimeSpan goodbye = TimeSpan.FromSeconds(1.5);

    /// <summary>What makes .NET start faster, and leave no files in the temporary folder; the user's own settings win.</summary>
    private static readonly (string Name, string Value)[] variables =
        [("DOTNET_TieredPGO", "0"), ("DOTNET_EnableDiagnostics", "0")];

    private readonly AnonymousPipeServerStream requests = new(PipeDirection.Out, HandleInheritability.Inheritable);
    private readonly AnonymousPipeServerStream answers = new(PipeDirection.In, HandleInheritability.Inheritable);
    private readonly Channel<WorkerMessage> inbox = Channel.CreateUnbounded<WorkerMessage>();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly Process process;
    private readonly StreamWriter writer;
    private readonly TextTail stdout;
    private readonly TextTail stderr;

    /// <summary>Starts the process; it is ready some time later.</summary>
    /// <param name="command">How to start it.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="log">Takes what native code prints, piece by piece.</param>
    public SessionProcess(WorkerCommand command, string folder, Action<string> log)
    {
        var start = new ProcessStartInfo(command.FileName, [.. command.Arguments, requests.GetClientHandleAsString(), answers.GetClientHandleAsString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in variables)
            start.Environment.TryAdd(name, value);
        process = Process.Start(start) ?? throw new KernelException($"{command.FileName} did not start.");
        process.StandardInput.Close();
        requests.DisposeLocalCopyOfClientHandle();
        answers.DisposeLocalCopyOfClientHandle();
        stdout = new(process.StandardOutput, log);
        stderr = new(process.StandardError, log);
        writer = new(requests, new UTF8Encoding(false)) { AutoFlush = true };
        new Thread(Read) { IsBackground = true, Name = "answers" }.Start();
        Say(new StartSession(folder));
    }

    /// <summary>Done when the first cell can run; also when the process has died, which the first request tells.</summary>
    public Task Ready => ready.Task;

    /// <summary>Runs a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="onEvent">Takes what it gives out, in order.</param>
    /// <param name="onWantsLine">Asks the user; null where nobody can be asked.</param>
    /// <returns>Why it failed, or null.</returns>
    /// <exception cref="WorkerDiedException">The process has ended.</exception>
    public async Task<CellError?> RunAsync(RunCell cell, Action<SessionEvent> onEvent, Action? onWantsLine)
    {
        await ready.Task;
        Say(cell);
        while (true)
        {
            switch (await NextAsync())
            {
                case Wrote wrote:
                    onEvent(WithWhatFollows(wrote).ToEvent());
                    break;
                case CellMessage gave:
                    onEvent(gave.ToEvent());
                    break;
                case WantsLine:
                    onWantsLine?.Invoke();
                    break;
                case Ended ended:
                    return ended.Error;
            }
        }
    }

    /// <summary>The value of an expression, or why there is none.</summary>
    /// <exception cref="WorkerDiedException">The process has ended.</exception>
    public async Task<(MimeBundle? Data, CellError? Error)> EvaluateAsync(Evaluate expression)
    {
        await ready.Task;
        Say(expression);
        while (true)
        {
            if (await NextAsync() is Evaluated answer)
                return (answer.Data is null ? null : new MimeBundle(answer.Data), answer.Error);
        }
    }

    /// <summary>The language service's answer.</summary>
    /// <exception cref="WorkerDiedException">The process has ended.</exception>
    public async Task<JsonObject> AskAsync(Ask question)
    {
        await ready.Task;
        Say(question);
        while (true)
        {
            if (await NextAsync() is Answered answered)
                return answered.Answer;
        }
    }

    /// <summary>Stops the cell or expression of this number, where it can be stopped; one that has not begun yet will not.</summary>
    public void Interrupt(int number) => Say(new Interrupt(number));

    /// <summary>Gives the waiting cell a line.</summary>
    public void Type(string text) => Say(new Line(text));

    /// <summary>Ends the process at once.</summary>
    public void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    /// <summary>Ends the process: in good order, where it has nothing to do.</summary>
    public void Dispose()
    {
        try
        {
            writer.Dispose();
        }
        catch (IOException)
        {
            // It has ended already.
        }
        if (!process.WaitForExit(goodbye))
            Kill();
        process.WaitForExit();
        answers.Dispose();
        process.Dispose();
    }

    /// <summary>One message of all the text that is already here: front ends are slower than cells.</summary>
    private Wrote WithWhatFollows(Wrote first)
    {
        if (!IsSameStream())
            return first;
        var text = new StringBuilder(first.Text);
        while (IsSameStream() && text.Length < LongestPiece && inbox.Reader.TryRead(out var next))
            text.Append(((Wrote)next).Text);
        return new(first.Stream, text.ToString());

        bool IsSameStream() => inbox.Reader.TryPeek(out var next) && next is Wrote wrote && wrote.Stream == first.Stream;
    }

    private async Task<WorkerMessage> NextAsync()
    {
        try
        {
            return await inbox.Reader.ReadAsync();
        }
        catch (ChannelClosedException)
        {
            throw await DeathAsync();
        }
    }

    private void Say(WorkerMessage message)
    {
        lock (gate)
        {
            try
            {
                writer.WriteLine(message.ToLine());
            }
            catch (Exception problem) when (problem is IOException or ObjectDisposedException)
            {
                // It has ended; whoever waits for an answer is told so.
            }
        }
    }

    private void Read()
    {
        try
        {
            using var reader = new StreamReader(answers, Encoding.UTF8, leaveOpen: true);
            while (reader.ReadLine() is { } line)
            {
                var message = WorkerMessage.Read(line);
                if (message is Ready)
                    ready.TrySetResult();
                else
                    inbox.Writer.TryWrite(message);
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or System.Text.Json.JsonException)
        {
            // It ended in the middle of a line.
        }
        inbox.Writer.TryComplete();
        ready.TrySetResult();
    }

    private async Task<WorkerDiedException> DeathAsync()
    {
        await Task.WhenAny(Task.WhenAll(process.WaitForExitAsync(), stdout.Ended, stderr.Ended), Task.Delay(5000));
        var exitCode = process.HasExited ? process.ExitCode : -1;
        return new(CrashReason.Of(exitCode, stdout.Text, stderr.Text, "while the cell ran"), exitCode);
    }
}

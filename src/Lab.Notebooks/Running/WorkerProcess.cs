using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Running;

/// <summary>The parent's side of a worker: starts the process, has it run cells, and kills it when its time is up.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan startLimit = TimeSpan.FromSeconds(60);

    private readonly NamedPipeServerStream pipe;
    private readonly Process process;
    private readonly StreamReader reader;
    private readonly TextTail stdout;
    private readonly TextTail stderr;

    private WorkerProcess(NamedPipeServerStream pipe, Process process)
    {
        this.pipe = pipe;
        this.process = process;
        reader = new(pipe, Encoding.UTF8, leaveOpen: true);
        stdout = new(process.StandardOutput);
        stderr = new(process.StandardError);
    }

    /// <summary>Starts a worker with an open session.</summary>
    /// <exception cref="WorkerDiedException">It ended, or did not answer in time.</exception>
    public static async Task<WorkerProcess> StartAsync(WorkerCommand command, string folder, CancellationToken cancel)
    {
        var name = $"lab-{Guid.NewGuid():N}";
        var pipe = new NamedPipeServerStream(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        var process = Process.Start(command.ToStartInfo(name, folder))
            ?? throw new InvalidOperationException($"{command.FileName} did not start.");
        process.StandardInput.Close();
        var worker = new WorkerProcess(pipe, process);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(startLimit);
        try
        {
            await Task.WhenAny(pipe.WaitForConnectionAsync(limit.Token), process.WaitForExitAsync(limit.Token)).Unwrap();
            if (pipe.IsConnected)
            {
                await worker.SayAsync(new StartSession(folder), limit.Token);
                if (await worker.ReadAsync(limit.Token) is Ready)
                    return worker;
            }
            throw await worker.DeathAsync("when it started");
        }
        catch (Exception problem)
        {
            await worker.DisposeAsync();
            if (problem is OperationCanceledException && !cancel.IsCancellationRequested)
                throw new WorkerDiedException($"The worker process did not start within {startLimit.TotalSeconds:0} s.");
            throw;
        }
    }

    /// <summary>Runs one cell.</summary>
    /// <param name="cell">The cell's name and code.</param>
    /// <param name="onEvent">Takes what the cell gives out, in order.</param>
    /// <param name="limit">How long the cell may take.</param>
    /// <param name="cancel">Kills the worker.</param>
    /// <exception cref="TimeoutException">The limit has passed; the worker is killed.</exception>
    /// <exception cref="WorkerDiedException">The worker ended before the cell did.</exception>
    public async Task<CellError?> RunAsync(RunCell cell, Action<SessionEvent> onEvent, TimeSpan limit, CancellationToken cancel)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(limit);
        try
        {
            await SayAsync(cell, timed.Token);
            while (true)
            {
                switch (await ReadAsync(timed.Token))
                {
                    case CellMessage gave:
                        onEvent(gave.ToEvent());
                        break;
                    case Ended ended:
                        return ended.Error;
                    default:
                        throw await DeathAsync("while the cell ran");
                }
            }
        }
        catch (OperationCanceledException)
        {
            Kill();
            cancel.ThrowIfCancellationRequested();
            throw new TimeoutException($"The cell did not end within {limit.TotalSeconds:0.###} s, and was stopped.");
        }
        catch (IOException)
        {
            throw await DeathAsync("while the cell ran");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        await pipe.DisposeAsync();
    }

    private async Task SayAsync(WorkerMessage message, CancellationToken cancel) =>
        await pipe.WriteAsync(Encoding.UTF8.GetBytes(message.ToLine() + "\n"), cancel);

    private async Task<WorkerMessage?> ReadAsync(CancellationToken cancel)
    {
        try
        {
            return await reader.ReadLineAsync(cancel) is { } line ? WorkerMessage.Read(line) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<WorkerDiedException> DeathAsync(string when)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await process.WaitForExitAsync(patience.Token);
            await Task.WhenAll(stdout.Ended, stderr.Ended).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
        }
        var exitCode = process.HasExited ? process.ExitCode : -1;
        return new WorkerDiedException(CrashReason.Of(exitCode, stdout.Text, stderr.Text, when));
    }

    private void Kill()
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
}

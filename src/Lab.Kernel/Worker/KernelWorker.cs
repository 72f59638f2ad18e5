using System.Collections.Concurrent;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using Lab.Kernel.Language;
using Lab.Notebooks.Running;
using Lab.Notebooks.Sessions;

namespace Lab.Kernel.Worker;

/// <summary>
/// The process that cells run in. It is not the kernel's own: so a cell that takes its process down, or hangs in native
/// code, leaves somebody to say so and to start again.
/// </summary>
public sealed class KernelWorker : IDisposable
{
    private static readonly TimeSpan longestGoodbye = TimeSpan.FromSeconds(1);

    private readonly EventSender sender;
    private readonly ScriptSession session;
    private readonly LanguageService language;
    private readonly BlockingCollection<string> lines = [];
    private readonly Lock gate = new();
    private (int Number, CancellationTokenSource Stop)? running;
    private int interrupted;
    private volatile bool mayRead;
    private Task last = Task.CompletedTask;

    private KernelWorker(EventSender sender, StartSession start)
    {
        this.sender = sender;
        var options = new ScriptSessionOptions
        {
            BaseDirectory = start.BaseDirectory,
            ImportFallback = Path.Combine(Shared.Repository.Root, "notebooks"),
            Interruptible = true,
            ReadLine = ReadLine,
        };
        ReferenceResolver.Documentation ??= FrameworkReferences.Documentation;
        session = new(options);
        language = new(options, () => session.Submissions);
    }

    /// <summary>Serves the kernel at the other end of two inherited pipes, until it closes them.</summary>
    /// <param name="requests">The handle of the pipe to read.</param>
    /// <param name="answers">The handle of the pipe to write.</param>
    public static void Serve(string requests, string answers)
    {
        // The terminal's Ctrl+C, and Jupyter's interrupt, reach every process of the group; the kernel decides what they mean.
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var input = new AnonymousPipeClientStream(PipeDirection.In, requests);
        using var output = new AnonymousPipeClientStream(PipeDirection.Out, answers);
        using var reader = new StreamReader(input, Encoding.UTF8);
        using var writer = new StreamWriter(output, new UTF8Encoding(false));
        using var sender = new EventSender(writer);

        if (reader.ReadLine() is { } first && WorkerMessage.Read(first) is StartSession start)
        {
            Directory.SetCurrentDirectory(start.BaseDirectory);
            using var worker = new KernelWorker(sender, start);
            worker.Enqueue(worker.WarmUpAsync);
            while (reader.ReadLine() is { } line)
                worker.Take(WorkerMessage.Read(line));
        }
        Leave();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        session.Dispose();
        language.Dispose();
        lines.Dispose();
    }

    private void Take(WorkerMessage message)
    {
        switch (message)
        {
            case Interrupt(var number):
                lock (gate)
                {
                    interrupted = number;
                    if (running is { } work && work.Number == number)
                        work.Stop.Cancel();
                }
                break;
            case Line line:
                lines.Add(line.Text);
                break;
            case RunCell cell:
                Enqueue(() => StoppablyAsync(cell.Number, async cancel =>
                {
                    mayRead = cell.MayRead;
                    var result = await session.RunAsync(cell.Code, cell.Name, sender.Send, cancel);
                    return new Ended(result.Error);
                }));
                break;
            case Evaluate wanted:
                Enqueue(() => StoppablyAsync(wanted.Number, async cancel =>
                {
                    mayRead = false;
                    var (data, error) = await session.EvaluateAsync(wanted.Expression, cancel);
                    return new Evaluated(data?.Data.ToDictionary(), error);
                }));
                break;
            case Ask question:
                Enqueue(async () => sender.Send(new Answered(await language.AnswerAsync(question))));
                break;
            default:
                throw new InvalidOperationException($"A request of a known kind was wanted, got {message.GetType().Name}.");
        }
    }

    /// <summary>The compiler's own start, and that of the formatters, are no part of the first cell's time.</summary>
    private async Task WarmUpAsync()
    {
        await session.RunAsync("", "start", _ => { });
        await session.EvaluateAsync("0");
        sender.Send(new Ready());
        new Thread(() => language.WarmUpAsync().GetAwaiter().GetResult()) { IsBackground = true, Priority = ThreadPriority.BelowNormal, Name = "warm-up" }.Start();
    }

    private void Enqueue(Func<Task> work) => last = AfterAsync(last, work);

    private static async Task AfterAsync(Task before, Func<Task> work)
    {
        await before;
        try
        {
            await Task.Run(work);
        }
        catch (Exception problem)
        {
            // A fault of the worker, not of the cell: the kernel shows these last words.
            Environment.FailFast($"The kernel's worker failed: {problem}");
        }
    }

    private async Task StoppablyAsync(int number, Func<CancellationToken, Task<WorkerMessage>> work)
    {
        using var stop = new CancellationTokenSource();
        lock (gate)
        {
            running = (number, stop);
            if (interrupted == number)
                stop.Cancel();                                            // told before it began
        }
        WorkerMessage answer;
        try
        {
            answer = await work(stop.Token);
        }
        finally
        {
            lock (gate)
                running = null;
        }
        sender.Send(answer);
    }

    private string? ReadLine(CancellationToken cancel)
    {
        if (!mayRead)
            throw new InvalidOperationException("The cell reads a line from the console, and nobody can be asked for one here.");
        while (lines.TryTake(out _))
        {
            // An answer to a question that was interrupted.
        }
        sender.Send(new WantsLine());
        return lines.Take(cancel);
    }

    private static void Leave()
    {
        // Code that still runs, or hangs in native code, must not outlive the kernel.
        new Thread(() =>
        {
            Thread.Sleep(longestGoodbye);
            System.Diagnostics.Process.GetCurrentProcess().Kill();
        })
        { IsBackground = true }.Start();
        Environment.Exit(0);
    }
}

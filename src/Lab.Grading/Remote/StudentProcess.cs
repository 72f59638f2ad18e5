using System.Diagnostics;
using Lab.Grading.Isolation;
using Lab.Grading.Reports;
using Lab.Grading.Worker;

namespace Lab.Grading.Remote;

/// <summary>A process that runs student code, and a watch over it.</summary>
internal sealed class StudentProcess : IDisposable
{
    private static readonly TimeSpan startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan look = TimeSpan.FromMilliseconds(80);

    private readonly Process process;
    private readonly ProcessLimits limits;
    private readonly string folder;
    private readonly ErrorTail errors;
    private readonly Timer watch;
    private readonly Lock gate = new();
    private long deadline = long.MaxValue;                // a spare one waits as long as need be
    private StudentFault? killedFor;
    private bool disposed;
    private int looking;

    private StudentProcess(Process process, ProcessLimits limits, string folder)
    {
        this.process = process;
        this.limits = limits;
        this.folder = folder;
        errors = new(process.StandardError, () => Kill(new(LawOutcome.Crashed, "The code printed more than it may.")));
        watch = new(_ => Look(), null, look, look);
    }

    /// <summary>Starts one; it is ready when the first answer has come.</summary>
    /// <exception cref="StudentStartException">It did not come up: this is not the student's fault.</exception>
    public static StudentProcess Start(Sandbox sandbox, ProcessLimits limits)
    {
        var folder = Directory.CreateTempSubdirectory("lab-grade-").FullName;
        var process = Process.Start(sandbox.Start(limits, folder)) ?? throw new StudentStartException("No process was started.");
        return new(process, limits, folder);
    }

    /// <summary>Waits until it can be asked.</summary>
    public StudentProcess WaitUntilReady()
    {
        SetDeadline(startLimit);
        var message = Read();
        if (message is not [(byte)Say.Ready])
        {
            var problem = killedFor?.Reason ?? errors.Text;
            Dispose();
            throw new StudentStartException($"The process for student code did not start: {RemoteExceptions.Clean(problem)}");
        }
        return this;
    }

    /// <summary>From now on, how long answers may take, all together.</summary>
    public void SetDeadline(TimeSpan time) => Volatile.Write(ref deadline, Environment.TickCount64 + (long)time.TotalMilliseconds);

    /// <summary>Asks, and waits for the answer.</summary>
    /// <returns>Null where the process is gone; <see cref="Fault"/> says why.</returns>
    public byte[]? Ask(ReadOnlyMemory<byte> request)
    {
        try
        {
            Frame.Write(process.StandardInput.BaseStream, request.Span);
        }
        catch (IOException)
        {
            return null;
        }
        return Read();
    }

    /// <summary>Why it is gone. Waits until that is known.</summary>
    public StudentFault Fault()
    {
        if (!process.WaitForExit(2000))
            Kill(new(LawOutcome.Crashed, "The code stopped answering."));
        process.WaitForExit();
        errors.Wait();
        lock (gate)
            return killedFor ?? CrashReasons.Of(process.ExitCode, errors.Text);
    }

    /// <summary>Ends it, and all that it started.</summary>
    public void Kill(StudentFault? reason = null)
    {
        lock (gate)
        {
            if (disposed)
                return;
            killedFor ??= reason;
        }
        ProcessTree.Kill(process);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        watch.Dispose();
        Kill();
        process.WaitForExit();
        lock (gate)
            disposed = true;
        process.Dispose();
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A file in it is still held on Windows: the system clears its folder for temporary files.
        }
    }

    private byte[]? Read()
    {
        try
        {
            return Frame.Read(process.StandardOutput.BaseStream);
        }
        catch (WireException problem)
        {
            Kill(new(LawOutcome.Crashed, $"The code wrote on the channel of its process: {problem.Message}"));
            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void Look()
    {
        if (Interlocked.Exchange(ref looking, 1) == 1)
            return;                                                       // the look before takes its time
        try
        {
            LookOnce();
        }
        finally
        {
            Volatile.Write(ref looking, 0);
        }
    }

    private void LookOnce()
    {
        if (Environment.TickCount64 > Volatile.Read(ref deadline))
        {
            Kill(new(LawOutcome.TimedOut, "The code did not end in time."));
            return;
        }
        lock (gate)
            if (disposed)
                return;
        var (bytes, threads) = ProcessTree.Usage(process);
        if (bytes > limits.MemoryBytes + ProcessLimits.OwnBytes)
            Kill(new(LawOutcome.OutOfMemory, $"The code wanted more than {limits.MemoryBytes >> 20} MiB of memory."));
        else if (threads > ProcessLimits.Threads)
            Kill(new(LawOutcome.Crashed, $"The code started more threads or processes than {ProcessLimits.Threads}."));
    }
}

/// <summary>The process for student code did not come up.</summary>
internal sealed class StudentStartException(string message) : Exception(message);

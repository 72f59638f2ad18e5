using Lab.Grading.Remote;

namespace Lab.Grading.Isolation;

/// <summary>Processes for student code, one of them started before it is needed: a start takes most of a second.</summary>
internal sealed class ProcessPool(Sandbox sandbox, ProcessLimits limits) : IDisposable
{
    private readonly Lock gate = new();
    private StudentProcess? spare;
    private bool disposed;

    /// <summary>How the processes are kept apart.</summary>
    public Sandbox Sandbox => sandbox;

    /// <summary>Starts one for later.</summary>
    public void Prepare()
    {
        lock (gate)
            if (!disposed)
                spare ??= StudentProcess.Start(sandbox, limits);
    }

    /// <summary>A process that no student code has been in, ready to be asked; the next one is started.</summary>
    /// <exception cref="StudentStartException">It does not come up.</exception>
    public StudentProcess Take()
    {
        StudentProcess taken;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            taken = spare ?? StudentProcess.Start(sandbox, limits);
            spare = null;
        }
        taken.WaitUntilReady();
        Prepare();
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            spare?.Dispose();
            spare = null;
        }
    }
}

using Lab.Grading.Isolation;
using Lab.Grading.Reports;
using Lab.Grading.Worker;

namespace Lab.Grading.Remote;

/// <summary>
/// The way to one submission's code: a process that has loaded it, another one after that has died, and what it died of. While a law
/// is tried only one process answers: after its death every call fails at once.
/// </summary>
internal sealed class StudentLink(ProcessPool pool, byte[] assembly, byte[] symbols) : IDisposable
{
    private StudentProcess? process;

    /// <summary>What happened since the last <see cref="Begin"/>; null where the process is well.</summary>
    public StudentFault? Fault { get; private set; }

    /// <summary>What the call was given in which it happened.</summary>
    public IReadOnlyList<TensorReport> LastInputs { get; private set; } = [];

    /// <summary>
    /// Whether what the code did to its inputs is done to this side's tensors too. Only for laws that look for it: an oracle that is
    /// asked after the code must see the numbers that were drawn.
    /// </summary>
    public bool WritesBack { get; set; }

    /// <summary>Remembers what a call was given in which the process went.</summary>
    public void Remember(IEnumerable<TensorReport> inputs) => LastInputs = [.. inputs];

    /// <summary>Has a process ready for a law.</summary>
    /// <param name="time">How long all calls of the law may take together.</param>
    public void Begin(TimeSpan time)
    {
        (Fault, LastInputs) = (null, []);
        if (process is null)
        {
            process = pool.Take();
            process.SetDeadline(time);
            using var request = new MemoryStream();
            using var writer = new BinaryWriter(request);
            writer.Write((byte)Say.Load);
            writer.Write(assembly.Length);
            writer.Write(assembly);
            writer.Write(symbols.Length);
            writer.Write(symbols);
            writer.Write("Lab");
            writer.Flush();
            if (Send(request.ToArray()) is not [(byte)Say.Ready])
                Spoil("The code could not be loaded.");
        }
        process?.SetDeadline(time);
    }

    /// <summary>Asks the process.</summary>
    /// <exception cref="StudentGoneException">It is gone, or goes now.</exception>
    public byte[] Ask(ReadOnlyMemory<byte> request) =>
        (Fault is null ? Send(request) : null) ?? throw new StudentGoneException(Fault?.Reason ?? "The code's process is gone.");

    /// <summary>The process can no longer be believed: it is ended.</summary>
    public void Spoil(string reason)
    {
        Fault ??= new(LawOutcome.Crashed, reason);
        End();
    }

    /// <inheritdoc/>
    public void Dispose() => End();

    private byte[]? Send(ReadOnlyMemory<byte> request)
    {
        if (process?.Ask(request) is { } answer)
            return answer;
        Fault ??= process?.Fault();
        End();
        return null;
    }

    private void End()
    {
        process?.Dispose();
        process = null;
    }
}

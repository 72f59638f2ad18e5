using System.Diagnostics;
using Lab.Core.Sequences.Decoding;
using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>What memory a process holds while it decodes for long.</summary>
/// <param name="Steps">Steps of the model, half of them in one long greedy stream, half in beam searches.</param>
/// <param name="Early">Resident megabytes after a tenth of each half.</param>
/// <param name="End">Resident megabytes at the end.</param>
public sealed record DecodingMemory(int Steps, double Early, double End)
{
    private const int SearchLength = 50;

    /// <summary>Decodes, and looks at the memory that is resident.</summary>
    /// <param name="steps">How many steps, at least 20 searches' worth.</param>
    /// <param name="cancel">Ends it between two steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer steps.</exception>
    public static DecodingMemory Measure(int steps, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 20 * SearchLength);
        using var scope = NewDisposeScope();
        using var model = new RecurrentTranslator([.. BeamWorks.Draw(BeamWorks.Small).Select(a => a.Value)]);
        var half = steps / 2;
        var (streamEarly, searchEarly) = (0.0, 0.0);

        using var start = model.Start();
        var bos = full([1], BeamWorks.Bos, dtype: ScalarType.Int64);
        var done = 0;
        foreach (var _ in Decode.Stream(model, start, bos, new(BeamWorks.Eos, Pad: -1, half)))
        {
            cancel.ThrowIfCancellationRequested();
            if (++done == half / 10)
                streamEarly = Resident();
        }
        var streamEnd = Resident();

        for (done = 0; done < half; done += SearchLength)
        {
            cancel.ThrowIfCancellationRequested();
            using var search = NewDisposeScope();
            Decode.Beam(model, start, bos, new(BeamWorks.Eos, Pad: -1, SearchLength), new(5));
            if (done < half / 10 && done + SearchLength >= half / 10)
                searchEarly = Resident();
        }
        return new(steps, streamEarly, Math.Max(streamEnd, streamEarly + Resident() - searchEarly));
    }

    /// <summary>One line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"Memory: {Steps:N0} steps of decoding, resident {Early:F0} MB early on and {End:F0} MB at the end.");

    private static double Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1e6;
    }
}

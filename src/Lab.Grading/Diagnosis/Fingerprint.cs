using Lab.Specs.Harness;

namespace Lab.Grading.Diagnosis;

/// <summary>One tensor of a fingerprint.</summary>
/// <param name="Dtype">Its dtype.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Values">Its first numbers, to six digits.</param>
public sealed record FingerprintTensor(string Dtype, IReadOnlyList<long> Shape, IReadOnlyList<double> Values);

/// <summary>What a version did with one fixed input.</summary>
/// <param name="Kind">What it was shown.</param>
/// <param name="Failure">How it failed; null where it did not.</param>
/// <param name="Outputs">Results or gradients.</param>
public sealed record FingerprintProbe(ProbeKind Kind, string? Failure, IReadOnlyList<FingerprintTensor> Outputs);

/// <summary>What a version of an op does with a fixed series of inputs: enough to tell one mistake from another, and no code.</summary>
/// <param name="Probes">One for each input.</param>
public sealed record Fingerprint(IReadOnlyList<FingerprintProbe> Probes)
{
    /// <summary>How many usual inputs a version is shown.</summary>
    public const int Count = 24;

    private const int MostValues = 32;

    /// <summary>Takes a version's fingerprint.</summary>
    /// <param name="probes">What it did.</param>
    public static Fingerprint Of(IReadOnlyList<Probe> probes) => new([.. probes.Select(p => new FingerprintProbe(
        p.Kind,
        p.Failure,
        [.. p.Outputs.Select(t => new FingerprintTensor(t.Dtype, t.Shape, [.. t.Values.Take(MostValues).Select(Rounded)]))]))]);

    /// <summary>Whether two versions did the same with every input, as far as six digits tell.</summary>
    public bool Agrees(Fingerprint other) => Agreements(other) == Probes.Count && Probes.Count == other.Probes.Count;

    /// <summary>With how many inputs two versions did the same.</summary>
    public int Agreements(Fingerprint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Probes.Zip(other.Probes).Count(p => Same(p.First, p.Second));
    }

    /// <summary>
    /// Whether this version makes the mistake of another one. A mistake shows where the wrong version parts from the right one: in usual
    /// results, else in gradients, else with extreme numbers, else with what is to be refused. Up to there the two must do the same;
    /// what they do beyond it may be a second mistake, or none.
    /// </summary>
    /// <param name="wrong">The version with the mistake.</param>
    /// <param name="right">The version without it.</param>
    public bool Shares(Fingerprint wrong, Fingerprint right)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        ArgumentNullException.ThrowIfNull(right);
        if (Probes.Count != wrong.Probes.Count || wrong.Probes.Count != right.Probes.Count)
            return false;
        foreach (var kinds in steps)
        {
            int[] places = [.. Enumerable.Range(0, Probes.Count).Where(i => kinds.Contains(wrong.Probes[i].Kind))];
            if (!places.All(i => Same(Probes[i], wrong.Probes[i])))
                return false;
            if (!places.All(i => Same(wrong.Probes[i], right.Probes[i])))
                return true;
        }
        return false;
    }

    private static readonly ProbeKind[][] steps =
        [[ProbeKind.Usual], [ProbeKind.Gradient], [ProbeKind.InSingle], [ProbeKind.Padding, ProbeKind.Extreme], [ProbeKind.BadInput]];

    private static bool Same(FingerprintProbe a, FingerprintProbe b) =>
        a.Kind == b.Kind && a.Failure == b.Failure && a.Outputs.Count == b.Outputs.Count && a.Outputs.Zip(b.Outputs).All(p => Same(p.First, p.Second));

    private static bool Same(FingerprintTensor a, FingerprintTensor b) =>
        a.Dtype == b.Dtype && a.Shape.SequenceEqual(b.Shape) && a.Values.Count == b.Values.Count && a.Values.Zip(b.Values).All(p => Close(p.First, p.Second));

    private static bool Close(double a, double b) =>
        a.Equals(b) || double.IsFinite(b) && Math.Abs(a - b) <= 1e-4 * Math.Max(1e-3, Math.Abs(b));

    private static double Rounded(double value) => !double.IsFinite(value) ? value
        : double.Parse(value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}

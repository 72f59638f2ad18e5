using TorchSharp;
using static TorchSharp.torch;
using Check = Lab.Core.Runtime.Require;

namespace Lab.Core.Pairings;

public static partial class Pairing
{
    /// <summary>Judges a pairing by looking at what the loss will be given: a batch of outputs, and its targets.</summary>
    /// <remarks>
    /// <para>Outputs are taken for probabilities where every row lies in [0, 1] and sums to 1; for log-probabilities where their
    /// exp does; for a sigmoid's where all lie in [0, 1] without summing to 1; for ReLU's where nothing is negative and much is 0; else
    /// for logits, or for numbers where the loss is one of numbers. Targets are taken for what dtype, shape and entries say.</para>
    /// <para>Limits. The logits of a new network can all lie in [0, 1] by chance: a sigmoid is called wrong only where 64 entries or more
    /// crowd at both ends or belong to ten classes or more, and else "works, but". Indices of classes in order look like any
    /// others. A batch in which every example happens to have one label looks one-hot. Whole numbers look like counts; "decades" means that
    /// the largest of eight or more positive numbers is a hundred times the smallest. For losses of several tensors, give the means, or the
    /// scores, or one side of the pairs; the rest is not looked at. What was meant is known to <see cref="Judge(string?, string?, string?, string)"/>
    /// alone.</para>
    /// <para>It reads every number, and so waits for a GPU: once before the first step, not in each.</para>
    /// </remarks>
    /// <param name="outputs">What the loss will be given, any shape, floating point; classes in dimension 1.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="loss">A loss of <see cref="Losses"/>.</param>
    /// <returns>The verdict, with what was seen.</returns>
    /// <exception cref="ArgumentException">Outputs that are not floating point, or a loss that is not known.</exception>
    public static PairingVerdict Inspect(Tensor outputs, Tensor targets, string loss)
    {
        Check.FloatingPoint(outputs);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(loss);
        var entry = FindLoss(loss);

        using var scope = NewDisposeScope();
        var (z, y) = (InDouble(outputs), InDouble(targets));
        var unusable = z.isnan().logical_or(z == double.PositiveInfinity).sum().ToInt64();
        if (unusable > 0)
            return new(
                $"outputs → {entry.Name}", entry,
                [new(Fit.Wrong, $"{unusable} of {z.numel()} outputs are NaN or ∞: nothing can be learned from them, whatever the loss.",
                    "Look for a logarithm of 0, an exp of a large number, or a learning rate that is too high")],
                []);

        var given = OutputLook.Of(z, entry, outputs.element_size() == 2);
        var wanted = TargetLook.Of(targets, y, outputs, entry);
        var query = new Query(null, null, given.Kind, wanted.Kind, entry);
        string[] seen = [$"outputs: {given.Text}; {outputs.dtype} [{string.Join(", ", outputs.shape)}]", $"targets: {wanted.Text}"];
        PairingFinding[] more = wanted.Finding is { } finding ? [finding] : [];
        var verdict = Verdict($"outputs and targets → {entry.Name}", query, null, seen, more);
        return given.Sure ? verdict : Doubted(verdict, query, more);
    }

    /// <summary>What speaks against a guess about the outputs is said, but not held against them.</summary>
    private static PairingVerdict Doubted(PairingVerdict verdict, Query query, PairingFinding[] more)
    {
        var sure = Verdict(verdict.Subject, query with { Given = OutputKind.Raw }, null, verdict.Seen, more).Findings;
        return verdict with
        {
            Findings =
            [
                .. verdict.Findings.Select(f => f.Fit != Fit.Wrong || sure.Contains(f) ? f : f with
                {
                    Fit = Fit.Works,
                    Why = $"If a sigmoid made these: {f.Why} (A new network's logits can lie in [0, 1] by chance.)",
                }).OrderByDescending(f => f.Fit),
            ],
        };
    }

    private static Tensor InDouble(Tensor tensor) => tensor.detach().cpu().to(ScalarType.Float64);
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Ctc;

/// <summary>A few frames of a few classes, and labels to lay along them: small enough to try every alignment.</summary>
public sealed record CtcCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Frames T.</summary>
    public required int T { get; init; }

    /// <summary>Classes K, with the blank.</summary>
    public required int K { get; init; }

    /// <summary>Labels U; without any for ops that find them.</summary>
    public required int U { get; init; }

    /// <summary>The blank's class.</summary>
    public int Blank { get; init; }

    /// <summary>Examples have lengths of their own, of frames and of labels.</summary>
    public bool Lengths { get; init; }

    /// <summary>Examples that no alignment fits cost 0.</summary>
    public bool ZeroInfinity { get; init; }

    /// <summary>Whether the op is given labels.</summary>
    public bool HasTargets { get; init; } = true;

    /// <summary>Scores that the op must bear, in value and gradient.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [1e4, -1e4, double.NegativeInfinity];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0, 0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var arguments = new List<Argument>
        {
            new("logProbs", Numbers().Reals(B, T, K)) { Differentiable = true, BatchDim = 0, Extremes = Extremes },
        };
        if (HasTargets)
        {
            var labels = Numbers(1).Indices(Math.Max(1, K - 1), B, U);
            arguments.Add(new("targets", labels + (labels >= Blank)) { BatchDim = 0 });
        }
        if (Lengths)
            arguments.Add(new("inputLengths", (T - Numbers(2).Indices(3, B)).clamp(min: 0)) { BatchDim = 0 });
        if (Lengths && HasTargets)
            arguments.Add(new("targetLengths", Numbers(3).Indices(U + 1, B)) { BatchDim = 0 });
        return arguments;
    }

    /// <summary>Whether every example has an alignment: enough frames for its labels and the blanks between equal ones.</summary>
    public bool IsFeasible()
    {
        using var scope = NewDisposeScope();
        var drawn = Draw();
        return Enumerable.Range(0, B).All(b =>
        {
            var labels = CtcEnumeration.Labels(this, drawn, b);
            var repeats = labels.Skip(1).Where((label, i) => label == labels[i]).Count();
            return labels.Length + repeats <= CtcEnumeration.Frames(this, drawn, b);
        });
    }

    /// <summary>The arguments with other numbers in padded frames and in labels behind the length; null without lengths.</summary>
    public IReadOnlyList<Argument>? DisturbPadding(IReadOnlyList<Argument> arguments)
    {
        if (!Lengths)
            return null;
        var frames = arguments[HasTargets ? 2 : 1].Value;
        var late = (arange(T) >= frames.unsqueeze(1)).unsqueeze(2);
        var changed = arguments.ToArray();
        changed[0] = changed[0].With(changed[0].Value.masked_fill(late, double.NaN));
        if (HasTargets)
        {
            var anything = where(arange(U) % 2 == 0, tensor(-100L), tensor(1_000_000L));
            changed[1] = changed[1].With(where(arange(U) < arguments[3].Value.unsqueeze(1), changed[1].Value, anything));
        }
        return changed;
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (Lengths)
            yield return this with { Lengths = false };
        if (T > 0)
            yield return this with { T = T - 1 };
        if (U > 0)
            yield return this with { U = U - 1 };
        if (K > 2)
            yield return this with { K = K - 1, Blank = Math.Min(Blank, K - 2) };
        if (Blank > 0)
            yield return this with { Blank = 0 };
        if (ZeroInfinity)
            yield return this with { ZeroInfinity = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to five frames of up to four classes, and up to three labels: most of them fit.</summary>
    public static Gen<CtcCase> Any =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Frequency((1, Gen.Constant(0)), (12, Gen.Choose(1, 5)))
        from k in Gen.Choose(1, 4)
        from u in Gen.Choose(0, Math.Min(3, t + 1))
        from blank in Gen.Choose(0, k - 1)
        from lengths in Gen.Elements(false, true)
        from zero in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new CtcCase
        {
            B = b,
            T = t,
            K = k,
            U = k == 1 ? 0 : u,
            Blank = blank,
            Lengths = lengths,
            ZeroInfinity = zero,
            Scale = scale,
            Seed = seed,
        };
}

using System.ComponentModel;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Calibration;

/// <summary>Probabilities of K classes for B examples with extra dimensions, what was true, and a number of bins.</summary>
public sealed record ConfidenceCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>Extra dimensions, such as height and width.</summary>
    public required TensorShape Extra { get; init; }

    /// <summary>Bins M.</summary>
    public int Bins { get; init; } = 10;

    /// <summary>The share of targets that are to be ignored; 1 ignores all.</summary>
    public double Ignored { get; init; }

    /// <summary>The index that marks them.</summary>
    [DefaultValue(Loss.DefaultIgnoreIndex)]
    public long IgnoreIndex { get; init; } = Loss.DefaultIgnoreIndex;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => []; // a bin holds examples of the whole batch

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var probabilities = Numbers().Reals([B, K, .. Extra.Sizes]).softmax(1);
        var targets = Numbers(1).Indices(K, [B, .. Extra.Sizes]);
        return
        [
            // Edges of bins, ties between classes, and certainty.
            new("probabilities", probabilities) { BatchDim = 0, ExtremesOfValue = [0, 0.2, 0.5, 0.7, 1] },
            new("targets", targets.masked_fill(Numbers(2).Mask(Ignored, [B, .. Extra.Sizes]), IgnoreIndex)) { BatchDim = 0 },
        ];
    }

    /// <summary>Other probabilities, among them ones that are sure, in every row whose target is ignored; null where there is none.</summary>
    public IReadOnlyList<Argument>? DisturbIgnored(IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var ignored = arguments[1].Value == IgnoreIndex;
        if (!ignored.any().item<bool>())
            return null;
        var other = where(ignored.unsqueeze(1), Numbers(4).Mask(0.5, arguments[0].Value.shape).to(ScalarType.Float64), arguments[0].Value);
        return [arguments[0].With(other), arguments[1]];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = (B + 1) / 2 };
        if (Extra.Sizes.Length > 0)
            yield return this with { Extra = new(Extra.Sizes[1..]) };
        if (K > 2)
            yield return this with { K = K - 1 };
        if (Bins > 1)
            yield return this with { Bins = (Bins + 1) / 2 };
        if (Ignored > 0)
            yield return this with { Ignored = 0 };
    }

    /// <summary>Few and many examples, ties, sure and unsure answers, one bin and many.</summary>
    public static Gen<ConfidenceCase> Any =>
        from b in Gen.Elements(1, 4, 40)
        from k in Gen.Choose(1, 5)
        from extra in Gen.Elements(Array.Empty<long>(), [3], [2, 3])
        from bins in Gen.Elements(1, 5, 10, 15)
        from ignored in Gen.Elements(0.0, 0.3, 1.0)
        from ignoreIndex in Gen.Elements(Loss.DefaultIgnoreIndex, 0, 255)
        from scale in Gen.Elements(0.0, 1.0, 10.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ConfidenceCase
        {
            B = b,
            K = k,
            Extra = new(extra),
            Bins = bins,
            Ignored = ignored,
            IgnoreIndex = ignoreIndex,
            Scale = scale,
            Seed = seed,
        };

    /// <summary>What ops over probabilities, targets and bins refuse.</summary>
    internal static IEnumerable<BadInput<TOp>> BadInputs<TOp>(Action<TOp, Tensor, Tensor, int> call)
        where TOp : Delegate =>
    [
        .. ClassBadInputs.Of<TOp>("probabilities", (op, p, y, _) => call(op, p, y, 10)).Where(bad => bad.Parameter != "weight"),
        new("logits", "probabilities", () => [tensor([2f, -1f]).reshape(1, 2), zeros(1, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1], 10)),
        new("no bins", "bins", () => [ones(1, 2), zeros(1, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1], 0)),
    ];

    /// <summary>Confidence and whether it was right, for each valid example, in plain doubles.</summary>
    internal static IEnumerable<(double Confidence, bool Right, int Bin)> Answers(Tensor probabilities, Tensor targets, int bins, long ignoreIndex)
    {
        var classes = (int)probabilities.size(1);
        var p = ClosedForm.Numbers(probabilities.movedim([1], [-1]));
        var truth = ClosedForm.Indices(targets);
        for (var i = 0; i < truth.Length; i++)
        {
            if (truth[i] == ignoreIndex)
                continue;
            var row = p.AsSpan(i * classes, classes);
            var best = 0;
            for (var k = 1; k < classes; k++)
                best = row[k] > row[best] ? k : best;
            var bin = 0;
            while (bin < bins - 1 && row[best] * bins > bin + 1)
                bin++;
            yield return (row[best], best == truth[i], bin);
        }
    }
}

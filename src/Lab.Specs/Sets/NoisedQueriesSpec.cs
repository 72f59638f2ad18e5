using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;
using NoiseOp = System.Func<
    Lab.Core.Sets.SetTargets, long, long, TorchSharp.torch.Generator, int, double, double, Lab.Core.Sets.DenoisingQueries>;

namespace Lab.Specs.Sets;

/// <summary>True objects to be noised.</summary>
public sealed record NoiseCase : Case
{
    /// <summary>Pictures B.</summary>
    public required int B { get; init; }

    /// <summary>Objects M of the fullest picture.</summary>
    public required int M { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>Learned queries Q.</summary>
    public required int Q { get; init; }

    /// <summary>Copies of each object.</summary>
    public required int Groups { get; init; }

    /// <summary>The chance of a random label.</summary>
    public double LabelNoise { get; init; }

    /// <summary>How far boxes may be off.</summary>
    public double BoxNoise { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("labels", Numbers().Indices(K, B, M)),
        new("boxes", Numbers(1).Between(0.1, 0.9, B, M, 4)) { ExtremesOfValue = [0, 1] },
        new("counts", Numbers(2).Indices(M + 1, B)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (M > 1)
            yield return this with { M = M - 1 };
        if (Groups > 1)
            yield return this with { Groups = Groups - 1 };
        if (Q > 0)
            yield return this with { Q = Q - 1 };
    }

    /// <summary>Up to three pictures of three objects.</summary>
    public static Gen<NoiseCase> Any =>
        from b in Gen.Choose(1, 3)
        from m in Gen.Choose(0, 3)
        from k in Gen.Choose(1, 4)
        from q in Gen.Choose(0, 3)
        from groups in Gen.Choose(1, 3)
        from labels in Gen.Elements(0, 0.2, 1.0)
        from boxes in Gen.Elements(0, 0.4, 0.9)
        from seed in Gen.Choose(0, int.MaxValue)
        select new NoiseCase { B = b, M = m, K = k, Q = q, Groups = groups, LabelNoise = labels, BoxNoise = boxes, Seed = seed };
}

/// <summary>Noised queries against the rule, number by number, with the same dice.</summary>
public sealed class NoisedQueriesSpec : Spec<NoiseOp, NoiseCase>
{
    /// <inheritdoc/>
    public override NoiseOp Op => Denoising.NoisedQueries;

    /// <inheritdoc/>
    public override NoiseOp Oracle => (targets, classes, queries, generator, groups, labelNoise, boxNoise) =>
    {
        var (B, M) = ((int)targets.Labels.size(0), (int)targets.Labels.size(1));
        var P = M * groups;
        var (flips, others, moves, stretches) = (Dice(B, P), Dice(B, P), Dice(B, P, 2), Dice(B, P, 2));
        var (labels, boxes, counts) = (ClosedForm.Indices(targets.Labels), ClosedForm.Numbers(targets.Boxes), ClosedForm.Indices(targets.Counts));
        var (noisyLabels, trueLabels, noisy, right) = (new long[B, P], new long[B, P], new double[B, P, 4], new double[B, P, 4]);
        var size = P + (int)queries;
        var mask = new bool[B, size, size];
        for (var b = 0; b < B; b++)
        {
            for (var p = 0; p < P; p++)
            {
                var there = p / groups < counts[b];
                trueLabels[b, p] = there ? labels[b * M + p / groups] : 0;
                noisyLabels[b, p] = flips[b * P + p] < labelNoise ? Math.Min(classes - 1, (long)(others[b * P + p] * classes)) : trueLabels[b, p];
                for (var side = 0; side < 2; side++)
                {
                    var (centre, length) = there ? (boxes[(b * M + p / groups) * 4 + side], boxes[(b * M + p / groups) * 4 + 2 + side]) : (0, 0);
                    (right[b, p, side], right[b, p, 2 + side]) = (centre, length);
                    noisy[b, p, side] = Math.Clamp(centre + (2 * moves[(b * P + p) * 2 + side] - 1) * boxNoise * length / 2, 0, 1);
                    noisy[b, p, 2 + side] = Math.Clamp(length * (1 + (2 * stretches[(b * P + p) * 2 + side] - 1) * boxNoise), 0, 1);
                }
            }
            for (var i = 0; i < size; i++)
                for (var j = 0; j < size; j++)
                {
                    var (iNoised, jNoised) = (i < P, j < P);
                    mask[b, i, j] = i == j || !jNoised || (iNoised && i % groups == j % groups && j / groups < counts[b]);
                }
        }
        var dtype = targets.Boxes.dtype;
        return new(
            tensor(noisyLabels), tensor(noisy).to(dtype), new(tensor(trueLabels), tensor(right).to(dtype), targets.Counts * groups), tensor(mask));

        double[] Dice(params long[] shape) => ClosedForm.Numbers(rand(shape, dtype: ScalarType.Float64, generator: generator));
    };

    /// <inheritdoc/>
    public override Gen<NoiseCase> Cases => NoiseCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(NoiseOp op, NoiseCase @case, Tensor[] arguments)
    {
        using var generator = new Generator((ulong)@case.Seed, CPU);
        var noised = op(
            new(arguments[0], arguments[1], arguments[2]), @case.K, @case.Q, generator, @case.Groups, @case.LabelNoise, @case.BoxNoise);
        return [noised.Labels, noised.Boxes, noised.Mask, noised.Targets.Labels, noised.Targets.Boxes, noised.Targets.Counts];
    }

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(NoiseCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var padded = arange(arguments[0].Value.size(1)) >= arguments[2].Value.unsqueeze(1);
        return
        [
            arguments[0].With(arguments[0].Value.masked_fill(padded, 77)),
            arguments[1].With(arguments[1].Value.masked_fill(padded.unsqueeze(2), double.NaN)), arguments[2],
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<NoiseOp>> BadInputs =>
    [
        Bad("null for targets", "targets", (op, _, g) => op(null!, 2, 1, g, 1, 0, 0)),
        Bad("null for the generator", "generator", (op, t, _) => op(t, 2, 1, null!, 1, 0, 0)),
        Bad("no classes", "classes", (op, t, g) => op(t, 0, 1, g, 1, 0, 0)),
        Bad("queries below 0", "queries", (op, t, g) => op(t, 2, -1, g, 1, 0, 0)),
        Bad("no groups", "groups", (op, t, g) => op(t, 2, 1, g, 0, 0, 0)),
        Bad("a chance above 1", "labelNoise", (op, t, g) => op(t, 2, 1, g, 1, 1.1, 0)),
        Bad("boxes without a side left", "boxNoise", (op, t, g) => op(t, 2, 1, g, 1, 0, 1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<NoiseOp, NoiseCase>> OwnLaws =>
    [
        Own("without noise it is the truth", "With no noise each group is the true objects.", (op, c) =>
        {
            var quiet = Call(op, c with { LabelNoise = 0, BoxNoise = 0 }, [.. c.Draw().Select(a => a.Value)]);
            return Comparison.Same("labels", quiet[0], quiet[3], Tolerance).Then(() => Comparison.Same("boxes", quiet[1], quiet[4], Tolerance));
        }) with { Cases = 20 },
        Own("learned queries see no answer", "No learned query sees a noised one, and no noised query one of another group.", (op, c) =>
        {
            var mask = Call(op, c, [.. c.Draw().Select(a => a.Value)])[2];
            var P = c.M * c.Groups;
            return Verdict.Require(mask.narrow(1, P, c.Q).narrow(2, 0, P).any().ToBoolean() == false, "A learned query sees an answer.")
                .Then(() => Verdict.Require(P == 0 || c.Groups == 1 || !mask[0, 0, 1].ToBoolean(), "A noised query sees another group."));
        }) with { Cases = 20 },
    ];

    private static BadInput<NoiseOp> Bad(string what, string parameter, Action<NoiseOp, SetTargets, Generator> call) => new(what, parameter, () => [], (op, _) =>
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        call(op, new(zeros([1, 2], ScalarType.Int64), rand(1, 2, 4), ones([1], ScalarType.Int64)), generator);
    });
}

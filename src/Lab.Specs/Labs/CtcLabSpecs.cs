using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Ctc;
using Lab.Specs.Harness;
using Lab.Specs.Sequences.Ctc;
using static TorchSharp.torch;

namespace Lab.Specs.Labs;

/// <summary>The labels of each frame's best class, against collapsing them by hand.</summary>
public sealed class GreedyLabelsSpec : LabSpec<Func<Tensor, long, Tensor>, CtcCase>
{
    private static Tensor GreedyLabels(Tensor logProbs, long blank)
    {
        using var scope = NewDisposeScope();
        return Alignment.CtcGreedy(logProbs, null, blank).Labels.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Func<Tensor, long, Tensor> Op => GreedyLabels;

    /// <inheritdoc/>
    public override Func<Tensor, long, Tensor> Oracle => (logProbs, blank) =>
    {
        var frames = logProbs.size(1);
        var rows = Enumerable.Range(0, (int)logProbs.size(0)).SelectMany(b =>
        {
            var path = Enumerable.Range(0, (int)frames).Select(t => CtcEnumeration.Numbers<double>(logProbs[b, t].to(ScalarType.Float64)))
                .Select(row => (long)Array.IndexOf(row, row.Max())).ToArray();
            var labels = CtcEnumeration.Collapse(path, blank);
            return labels.Concat(Enumerable.Repeat(-1L, path.Length - labels.Length));
        });
        return tensor(rows.ToArray(), ScalarType.Int64).reshape(logProbs.size(0), frames);
    };

    /// <inheritdoc/>
    public override Gen<CtcCase> Cases =>
        from c in CtcCase.Any
        from frames in Gen.Choose(1, 8)
        select c with { T = frames, U = 0, HasTargets = false, Lengths = false, ZeroInfinity = false, Extremes = [1e4, -1e4], Scale = Math.Max(1, c.Scale) };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, long, Tensor> op, CtcCase @case, Tensor[] arguments) => [op(arguments[0], @case.Blank)];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, long, Tensor>, CtcCase>> OwnLaws =>
    [
        Own("runs become one, then blanks go", "Frames a a - a b b are the labels a a b: a blank keeps equal neighbours apart.", (op, _) =>
        {
            var path = tensor([1L, 1L, 0L, 1L, 2L, 2L]);
            var frames = nn.functional.one_hot(path, 3).to(ScalarType.Float64).log_softmax(1).unsqueeze(0);
            return Comparison.Same("labels", op(frames, 0), tensor([1L, 1L, 2L, -1L, -1L, -1L]).unsqueeze(0), Exactly).On([new("frames' classes", path)]);
        }) with { Cases = 1 },
        Own("doubling every frame changes no label", "At half the speed the same is said.", (op, c) =>
        {
            var logProbs = c.Draw()[0].Value;
            var (once, twice) = (op(logProbs, c.Blank), op(logProbs.repeat_interleave(2, 1), c.Blank));
            return Comparison.Same("labels", twice.narrow(1, 0, c.T), once, Exactly);
        }),
    ];
}

/// <summary>Labels with blanks around them, against a list.</summary>
public sealed class LabelStatesSpec : LabSpec<Func<Tensor, long, Tensor>, LabelsOfCtc>
{
    private static Tensor LabelStates(Tensor targets, long blank)
    {
        using var scope = NewDisposeScope();
        var states = full([targets.size(0), 2 * targets.size(1) + 1], blank, dtype: ScalarType.Int64, device: targets.device);
        states.slice(1, 1, states.size(1), 2).copy_(targets);
        return states.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Func<Tensor, long, Tensor> Op => LabelStates;

    /// <inheritdoc/>
    public override Func<Tensor, long, Tensor> Oracle => (targets, blank) =>
    {
        var states = Enumerable.Range(0, (int)targets.size(0)).SelectMany(b =>
            CtcEnumeration.Numbers<long>(targets[b]).SelectMany(label => (long[])[blank, label]).Append(blank));
        return tensor(states.ToArray(), ScalarType.Int64).reshape(targets.size(0), 2 * targets.size(1) + 1);
    };

    /// <inheritdoc/>
    public override Gen<LabelsOfCtc> Cases =>
        from b in Gen.Choose(1, 3)
        from u in Gen.Choose(0, 4)
        from blank in Gen.Elements(0, 5)
        from seed in Gen.Choose(0, int.MaxValue)
        select new LabelsOfCtc { B = b, U = u, Blank = blank, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, long, Tensor> op, LabelsOfCtc @case, Tensor[] arguments) => [op(arguments[0], @case.Blank)];
}

/// <summary>Labels 1 to 4 of a few examples.</summary>
public sealed record LabelsOfCtc : LabCase
{
    /// <summary>Examples B.</summary>
    public int B { get; init; } = 1;

    /// <summary>Labels U.</summary>
    public int U { get; init; }

    /// <summary>The blank's class.</summary>
    public int Blank { get; init; }

    /// <inheritdoc/>
    protected override int Least(string size) => size == nameof(B) ? 1 : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => [new("targets", Numbers().Indices(4, B, U) + 1) { BatchDim = 0 }];
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>What a detector says of anchors or regions, and the truth.</summary>
public sealed record DetectorCase : Case
{
    /// <summary>Anchors or regions.</summary>
    public int N { get; init; } = 2;

    /// <summary>Classes; 0 for the first stage, which has none.</summary>
    public int K { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("logits", K == 0 ? Numbers().Reals(N) : Numbers().Reals(N, K + 1)) { Differentiable = true, Extremes = [1e4, -1e4] },
        new("deltas", K == 0 ? Numbers(1).Reals(N, 4) : Numbers(1).Reals(N, K, 4)) { Differentiable = true, Extremes = [1e4, -1e4] },
        new("labels", K == 0 ? Numbers(2).Indices(3, N) - 1 : Numbers(2).Indices(K + 1, N)),
        new("targets", Numbers(3).Reals(N, 4)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (N > 0)
            yield return this with { N = N - 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    internal static Gen<DetectorCase> Any(bool classes) =>
        from n in Gen.Choose(0, 6)
        from k in Gen.Choose(1, 3)
        from scale in Gen.Elements(0.01, 1.0, 20.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DetectorCase { N = n, K = classes ? k : 0, Scale = scale, Seed = seed };

    /// <summary>Smooth L1 with beta 1/9, summed.</summary>
    internal static Tensor Moved(Tensor delta, Tensor target) => F.smooth_l1_loss(delta, target, nn.Reduction.Sum, 1.0 / 9);
}

/// <summary>The first stage's loss, anchor by anchor.</summary>
public sealed class RegionProposalSpec : Spec<Func<Tensor, Tensor, Tensor, BoxSample, RegionProposalLoss>, DetectorCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, BoxSample, RegionProposalLoss> Op => Loss.RegionProposal;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, BoxSample, RegionProposalLoss> Oracle => (objectness, deltas, targets, sample) =>
    {
        var (sure, moved) = (0 * objectness.sum(), 0 * deltas.sum());
        var (objects, background) = (ClosedForm.Indices(sample.Positives), ClosedForm.Indices(sample.Negatives));
        foreach (var i in objects)
            (sure, moved) = (sure + F.softplus(-objectness[i]), moved + DetectorCase.Moved(deltas[i], targets[i]));
        foreach (var i in background)
            sure = sure + F.softplus(objectness[i]);
        var count = Math.Max(1, objects.Length + background.Length);
        return new(sure / count, moved / count);
    };

    /// <inheritdoc/>
    public override Gen<DetectorCase> Cases => DetectorCase.Any(classes: false);

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool SmoothAt(DetectorCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, BoxSample, RegionProposalLoss> op, DetectorCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(arguments);
        using var scope = NewDisposeScope();
        var sample = new BoxSample((arguments[2] == 1).nonzero().squeeze(1), (arguments[2] == 0).nonzero().squeeze(1));
        var loss = op(arguments[0], arguments[1], arguments[3], sample);
        return [loss.Objectness.MoveToOuterDisposeScope(), loss.Boxes.MoveToOuterDisposeScope()];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, BoxSample, RegionProposalLoss>>> BadInputs =>
    [
        new("null for the logits", "objectness", Good, (op, x) => op(null!, x[1], x[1], new(x[2], x[3]))),
        new("logits of a batch", "objectness", () => [.. Good(), ones(1, 3)], (op, x) => op(x[4], x[1], x[1], new(x[2], x[3]))),
        new("null for the deltas", "deltas", Good, (op, x) => op(x[0], null!, x[1], new(x[2], x[3]))),
        new("deltas of other anchors", "deltas", () => [.. Good(), ones(2, 4)], (op, x) => op(x[0], x[4], x[1], new(x[2], x[3]))),
        new("targets of another dtype", "targets", () => [.. Good(), ones(3, 4, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], x[4], new(x[2], x[3]))),
        new("no sample", "sample", Good, (op, x) => op(x[0], x[1], x[1], null!)),
        new("an anchor that is not there", "sample", () => [.. Good(), tensor([3L])], (op, x) => op(x[0], x[1], x[1], new(x[2], x[4]))),
        new("anchor -1", "sample", () => [.. Good(), tensor([-1L])], (op, x) => op(x[0], x[1], x[1], new(x[4], x[3]))),
        new("half a sample", "sample", Good, (op, x) => op(x[0], x[1], x[1], new(x[2], null!))),
        new("anchors as real numbers", "sample", Good, (op, x) => op(x[0], x[1], x[1], new(x[2], x[0]))),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, BoxSample, RegionProposalLoss>, DetectorCase>> OwnLaws =>
    [
        Own("what is not in the sample counts nowhere", "Other numbers for anchors outside the sample, and other boxes of background, change no loss.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var (before, after) = (Call(op, c, x), Call(op, c, [where(x[2] < 0, x[0] + 7, x[0]), where((x[2] != 1).unsqueeze(1), x[1] - 5, x[1]), x[2], where((x[2] != 1).unsqueeze(1), x[3] + 2, x[3])]));
            return Comparison.Same("objectness", after[0], before[0], new Tolerance(0, 0)).Then(() => Comparison.Same("boxes", after[1], before[1], new Tolerance(0, 0)));
        }),
    ];

    private static Tensor[] Good() => [ones(3), ones(3, 4), tensor([1L]), tensor([0L, 2])];
}

/// <summary>The second stage's loss, region by region.</summary>
public sealed class RegionBoxSpec : Spec<Func<Tensor, Tensor, Tensor, Tensor, RegionBoxLoss>, DetectorCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, RegionBoxLoss> Op => Loss.RegionBox;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, RegionBoxLoss> Oracle => (logits, deltas, labels, targets) =>
    {
        var (sure, moved) = (0 * logits.sum(), 0 * deltas.sum());
        var kinds = ClosedForm.Indices(labels);
        for (var i = 0; i < kinds.Length; i++)
        {
            sure = sure + F.cross_entropy(logits[i].unsqueeze(0), labels[i].unsqueeze(0));
            if (kinds[i] < deltas.size(1))
                moved = moved + DetectorCase.Moved(deltas[i][kinds[i]], targets[i]);
        }
        return new(sure / Math.Max(1, kinds.Length), moved / Math.Max(1, kinds.Length));
    };

    /// <inheritdoc/>
    public override Gen<DetectorCase> Cases => DetectorCase.Any(classes: true);

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool SmoothAt(DetectorCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, Tensor, RegionBoxLoss> op, DetectorCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(arguments);
        var loss = op(arguments[0], arguments[1], arguments[2], arguments[3]);
        return [loss.Classes, loss.Boxes];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, Tensor, RegionBoxLoss>>> BadInputs =>
    [
        new("null for the logits", "logits", Good, (op, x) => op(null!, x[1], x[2], x[3])),
        new("logits of background alone", "logits", () => [.. Good(), ones(3, 1)], (op, x) => op(x[4], x[1], x[2], x[3])),
        new("null for the deltas", "deltas", Good, (op, x) => op(x[0], null!, x[2], x[3])),
        new("deltas for background too", "deltas", () => [.. Good(), ones(3, 3, 4)], (op, x) => op(x[0], x[4], x[2], x[3])),
        new("null for the labels", "labels", Good, (op, x) => op(x[0], x[1], null!, x[3])),
        new("label -1", "labels", () => [.. Good(), tensor([0L, -1, 1])], (op, x) => op(x[0], x[1], x[4], x[3])),
        new("a label above background", "labels", () => [.. Good(), tensor([0L, 3, 1])], (op, x) => op(x[0], x[1], x[4], x[3])),
        new("the index to ignore elsewhere", "labels", () => [.. Good(), tensor([0L, -100, 1])], (op, x) => op(x[0], x[1], x[4], x[3])),
        new("null for the targets", "targets", Good, (op, x) => op(x[0], x[1], x[2], null!)),
        new("a target too few", "targets", () => [.. Good(), ones(2, 4)], (op, x) => op(x[0], x[1], x[2], x[4])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, Tensor, RegionBoxLoss>, DetectorCase>> OwnLaws =>
    [
        Own("other classes' boxes cost nothing", "Other deltas for all classes but the true one, and for background, change no loss.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var own = F.one_hot(x[2], c.K + 1).narrow(1, 0, c.K).to(ScalarType.Bool).unsqueeze(2);
            return Comparison.Same("boxes", op(x[0], where(own, x[1], 3 - x[1]), x[2], x[3]).Boxes, op(x[0], x[1], x[2], x[3]).Boxes, new Tolerance(0, 0));
        }),
    ];

    private static Tensor[] Good() => [ones(3, 3), ones(3, 2, 4), tensor([0L, 2, 1]), ones(3, 4)];
}

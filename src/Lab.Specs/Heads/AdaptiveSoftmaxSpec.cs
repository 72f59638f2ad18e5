using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Heads;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Heads;

/// <summary>Sizes of an adaptive softmax.</summary>
public sealed record AdaptiveCase : HeadCase
{
    /// <summary>Classes V.</summary>
    public int V { get; init; } = 7;

    /// <summary>Where the frequent classes and all clusters but the last end.</summary>
    public TensorShape Cutoffs { get; init; } = new([2, 4]);

    /// <summary>How much narrower each cluster is.</summary>
    public double Divisor { get; init; } = 2;

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters =>
    [
        new("head.weight", Ends[0] + Cutoffs.Sizes.Length, D),
        .. Enumerable.Range(0, Cutoffs.Sizes.Length).SelectMany(i => new StateEntry[]
        {
            new($"tail.{i}.0.weight", Narrow(i), D), new($"tail.{i}.1.weight", Ends[i + 1] - Ends[i], Narrow(i)),
        }),
    ];

    /// <summary>Where the frequent classes and each cluster end.</summary>
    internal long[] Ends => [.. Cutoffs.Sizes, V];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Cutoffs.Sizes.Length > 0)
            yield return this with { Cutoffs = new(Cutoffs.Sizes[..^1]) };
        if (V - 1 > (Cutoffs.Sizes.Length == 0 ? 1 : Cutoffs.Sizes[^1]))
            yield return this with { V = V - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    private long Narrow(int cluster)
    {
        var rows = D;
        for (var i = 0.0; i <= cluster; i++)
            rows = (int)(rows / Divisor);                                 // of whole numbers by a whole one: ⌊⌊D/2⌋/2⌋ = ⌊D/4⌋
        return Math.Max(1, rows);
    }
}

/// <summary>Adaptive softmax against its definition, class by class, with the library's logsumexp.</summary>
public sealed class AdaptiveSoftmaxSpec : HeadSpec<Tensor, AdaptiveCase>
{
    /// <inheritdoc/>
    public override Type Head => typeof(AdaptiveSoftmax);

    /// <inheritdoc/>
    public override Func<AdaptiveCase, nn.Module<Tensor, Tensor>> Op => c => new AdaptiveSoftmax(c.D, c.V, c.Cutoffs.Sizes, c.Divisor);

    /// <inheritdoc/>
    public override Tensor Reference(AdaptiveCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p)
    {
        var ends = @case.Ends;
        var top = LinearCase.Apply(features, p["head.weight"], null);
        var choices = top.logsumexp(-1);
        var classes = Enumerable.Range(0, (int)ends[0]).Select(k => top.select(-1, k) - choices).ToList();
        for (var i = 0; i < ends.Length - 1; i++)
        {
            var inside = LinearCase.Apply(LinearCase.Apply(features, p[$"tail.{i}.0.weight"], null), p[$"tail.{i}.1.weight"], null);
            var cluster = top.select(-1, ends[0] + i) - choices - inside.logsumexp(-1);
            classes.AddRange(Enumerable.Range(0, (int)(ends[i + 1] - ends[i])).Select(k => cluster + inside.select(-1, k)));
        }
        return stack(classes, -1);
    }

    /// <inheritdoc/>
    public override Tensor[] Tensors(Tensor output) => [output];

    /// <inheritdoc/>
    public override Gen<AdaptiveCase> Cases => HeadCase.Any(
        from cutoffs in Gen.Elements<long[]>([], [1], [3], [1, 2], [2, 4], [1, 3, 4])
        from more in Gen.Choose(1, 4)
        from divisor in Gen.Elements(1.0, 2.0, 4.0)
        select new AdaptiveCase { Cutoffs = new(cutoffs), V = (int)cutoffs.LastOrDefault(0) + more, Divisor = divisor });

    /// <inheritdoc/>
    public override AdaptiveCase Usual => new();

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(50 * magnitude); // two layers of sums

    /// <inheritdoc/>
    public override bool EverythingLearns(AdaptiveCase @case) =>
        @case.Parameters[0].Shape[0] > 1 && @case.Ends.Zip(@case.Ends.Skip(1)).All(p => p.Second - p.First > 1);   // the only choice is sure

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<AdaptiveCase, nn.Module<Tensor, Tensor>>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no classes", "classes", Usual with { V = 0 }),
        Made("a cutoff at 0", "cutoffs", Usual with { Cutoffs = new([0, 4]) }),
        Made("a cutoff twice", "cutoffs", Usual with { Cutoffs = new([2, 2]) }),
        Made("cutoffs that fall", "cutoffs", Usual with { Cutoffs = new([4, 2]) }),
        Made("a cutoff at the end", "cutoffs", Usual with { Cutoffs = new([2, 7]) }),
        Made("a divisor below 1", "divisor", Usual with { Divisor = 0.5 }),
        Made("a divisor that is not a number", "divisor", Usual with { Divisor = double.NaN }),
        .. LossesLaws.BadInputs<AdaptiveCase>(Usual, Losses, Usual.V),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<AdaptiveCase, nn.Module<Tensor, Tensor>>, AdaptiveCase>> HeadLaws =>
    [
        .. LossesLaws.Of<AdaptiveCase>(c => c.V, Losses, Tolerance),
        Own("the prediction is the most probable class", "Looking into clusters only where one is chosen finds the best of all classes.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            if (c.Scale == 0 || c.Decimals is not null)                   // ties
                return Verdict.DoesNotApply;
            using var head = (AdaptiveSoftmax)Build(op, c, drawn);
            return Comparison.Same("prediction", head.Predict(drawn[0]), head.call(drawn[0]).argmax(-1), new Tolerance(0, 0));
        }),
        Own("it can be any softmax", "Where a cluster's logit is the log-sum of its classes', and its vectors are wide enough, it is the plain softmax of them.", (op, c) =>
        {
            var wide = c with { Divisor = 1, Leading = new([]) };
            var drawn = wide.Draw().Select(a => a.Value).ToArray();
            var (x, ends) = (drawn[0] + 0.1, wide.Ends);
            var logits = LinearCase.Apply(x, drawn[1][..(int)ends[0]], null);
            for (var i = 0; i + 1 < ends.Length; i++)
            {
                drawn[2 + 2 * i] = eye(wide.D, dtype: ScalarType.Float64);
                var inside = LinearCase.Apply(x, drawn[3 + 2 * i], null);
                drawn[1][ends[0] + i] = inside.logsumexp(-1) * x / x.square().sum();   // a row that gives x this logit
                logits = cat([logits, inside]);
            }
            using var head = Build(op, wide, drawn);
            return Comparison.Same("log-probabilities", head.call(x), F.log_softmax(logits, -1), Tolerance.Times(1 + c.Scale));
        }),
    ];

    private static Tensor Losses(nn.Module<Tensor, Tensor> head, Tensor features, Tensor targets, long ignoreIndex) =>
        ((AdaptiveSoftmax)head).Losses(features, targets, ignoreIndex);
}

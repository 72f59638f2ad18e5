using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Heads;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Heads;

/// <summary>Sizes of an ordinal head.</summary>
public sealed record OrdinalHeadCase : HeadCase
{
    /// <summary>Classes, 2 or more.</summary>
    public int K { get; init; } = 4;

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => [new("score.weight", 1, D), new("cuts", K - 1)];

    /// <inheritdoc/>
    protected override int Outputs => 2;

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (K > 2)
            yield return this with { K = K - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Score and class probabilities against differences of the library's sigmoid.</summary>
public sealed class OrdinalHeadSpec : HeadSpec<OrdinalOutput, OrdinalHeadCase>
{
    /// <inheritdoc/>
    public override Type Head => typeof(OrdinalHead);

    /// <inheritdoc/>
    public override Func<OrdinalHeadCase, nn.Module<Tensor, OrdinalOutput>> Op => c => new OrdinalHead(c.D, c.K);

    /// <inheritdoc/>
    public override OrdinalOutput Reference(OrdinalHeadCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p)
    {
        var thresholds = new List<Tensor>();
        foreach (var x in p["cuts"].unbind(0))
            thresholds.Add(thresholds.Count == 0 ? x : thresholds[^1] + logaddexp(x, zeros_like(x)));
        return new((features * p["score.weight"][0]).sum(-1), stack(thresholds));
    }

    /// <summary>Scores and probabilities: the thresholds show in the latter.</summary>
    public override Tensor[] Tensors(OrdinalOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return [output.Scores, output.Probabilities()];
    }

    /// <inheritdoc/>
    public override Gen<OrdinalHeadCase> Cases => HeadCase.Any(
        from k in Gen.Choose(2, 6)
        select Usual with { K = k });

    /// <inheritdoc/>
    public override OrdinalHeadCase Usual => new();

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<OrdinalHeadCase, nn.Module<Tensor, OrdinalOutput>>>> BadInputs =>
        [.. base.BadInputs, Made("one class", "classes", Usual with { K = 1 })];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<OrdinalHeadCase, nn.Module<Tensor, OrdinalOutput>>, OrdinalHeadCase>> HeadLaws =>
    [
        Own("at the start all classes are as likely", "A new head gives a score of 0 the probability 1/K for each class.", (op, c) =>
        {
            using var head = op(c);
            var p = head.call(zeros(2, c.D)).Probabilities();
            return Comparison.Same("probabilities", p, full_like(p, 1.0 / c.K), Tolerance.InSingle(1));
        }),
        Own("thresholds stay in order, whatever is learned", "Any cuts at all give thresholds that do not fall, and a loss for every class.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            drawn[2] = 20 * drawn[2];
            using var head = Build(op, c, drawn);
            var output = head.call(drawn[0]);
            var losses = Loss.OrdinalNegativeLogLikelihood(
                output.Scores, output.Thresholds, zeros(c.Leading.Sizes, dtype: ScalarType.Int64));
            return Verdict.Require(output.Thresholds.diff().ge(0).all().ToBoolean(), "Thresholds are out of order.")
                .Then(() => Verdict.Require(losses.ge(0).all().ToBoolean(), "A loss is negative."));
        }),
        Own("the prediction is the middle class", "At most half of the probability lies below the predicted class, and at most half above.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            using var head = Build(op, c, drawn);
            var output = head.call(drawn[0]);
            var (p, predicted) = (output.Probabilities(), output.Predict());
            var atMost = p.cumsum(-1).gather(-1, predicted.unsqueeze(-1)).squeeze(-1);
            var below = atMost - p.gather(-1, predicted.unsqueeze(-1)).squeeze(-1);
            return Verdict.Require(predicted.dtype == ScalarType.Int64 && predicted.shape.SequenceEqual(c.Leading.Sizes), "Predictions are not one index each.")
                .Then(() => Verdict.Require(below.le(0.5 + 1e-9).all().ToBoolean(), "More than half lies below a predicted class."))
                .Then(() => Verdict.Require(atMost.ge(0.5 - 1e-9).all().ToBoolean(), "More than half lies above a predicted class."));
        }),
        Own("a class more for each threshold passed", "Scores between the thresholds of a head are predicted 0, 1, 2, ...; on a threshold, the lower class.", (_, c) =>
        {
            using var head = new OrdinalHead(c.D, c.K);
            var thresholds = head.Thresholds().detach();
            var between = cat([thresholds[0].reshape(1) - 1, (thresholds.narrow(0, 1, c.K - 2) + thresholds.narrow(0, 0, c.K - 2)) / 2, thresholds[-1].reshape(1) + 1]);
            var classes = arange(c.K, dtype: ScalarType.Int64);
            return Comparison.Same("prediction", new OrdinalOutput(between, thresholds).Predict(), classes, new Tolerance(0, 0))
                .Then(() => Comparison.Same(
                    "prediction", new OrdinalOutput(thresholds, thresholds).Predict(), classes.narrow(0, 0, c.K - 1), new Tolerance(0, 0)));
        }) with { Cases = 20 },
    ];
}

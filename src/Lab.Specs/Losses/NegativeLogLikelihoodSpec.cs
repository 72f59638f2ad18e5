using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Negative log-likelihood against the library's, which knows no index to ignore: those rows are cut out for it.</summary>
public sealed class NegativeLogLikelihoodSpec : Spec<Func<Tensor, Tensor, Tensor?, long, Tensor>, ClassCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, long, Tensor> Op => Loss.NegativeLogLikelihood;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, long, Tensor> Oracle => (logProbs, targets, weight, ignoreIndex) =>
    {
        var classes = logProbs.size(1);
        var rows = logProbs.movedim([1], [-1]).reshape(-1, classes);      // one row an example and place
        var flat = targets.reshape(-1);
        var valid = (flat != ignoreIndex).nonzero().squeeze(1);
        var losses = F.nll_loss(rows.index_select(0, valid), flat.index_select(0, valid), weight, nn.Reduction.None);
        if (weight is not null)                                           // 0·∞ is NaN in the library
            losses = losses.masked_fill(weight.index_select(0, flat.index_select(0, valid)) == 0, 0);
        return zeros(flat.numel(), dtype: logProbs.dtype).index_add(0, valid, losses, 1).reshape(targets.shape);
    };

    /// <inheritdoc/>
    public override Gen<ClassCase> Cases =>
        ClassCase.Any.Select(c => c with { Scores = "logProbs", Extremes = [-1e4, double.NegativeInfinity], ExtremesOfValue = [double.NaN] });

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor?, long, Tensor> op, ClassCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments.ElementAtOrDefault(2), @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(ClassCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbIgnored(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, long, Tensor>>> BadInputs =>
        ClassBadInputs.Of<Func<Tensor, Tensor, Tensor?, long, Tensor>>(
            "logProbs", (op, z, y, w) => op(z, y, w, Loss.DefaultIgnoreIndex));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, long, Tensor>, ClassCase>> OwnLaws =>
    [
        Own("only the true class counts", "Other numbers at the other classes change nothing.", (op, c) =>
        {
            var drawn = (c with { Ignored = 0 }).Draw();
            var (logProbs, targets) = (drawn[0].Value, drawn[1].Value);
            var isTrue = F.one_hot(targets, c.K).movedim([-1], [1]).to(ScalarType.Bool);
            return Comparison.Same(
                "result", op(where(isTrue, logProbs, tensor(double.NaN)), targets, null, -100),
                op(logProbs, targets, null, -100), Tolerance);
        }),
    ];
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Ctc;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Ctc;

/// <summary>Greedy decoding against the best of all alignments.</summary>
public sealed class CtcGreedySpec : Spec<Func<Tensor, Tensor?, long, CtcLabels>, CtcCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, long, CtcLabels> Op => Alignment.CtcGreedy;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, long, CtcLabels> Oracle => (logProbs, inputLengths, blank) =>
    {
        var (batch, frames, classes) = (logProbs.size(0), logProbs.size(1), logProbs.size(2));
        var (labels, lengths, scores) = (new List<long>(), new List<long>(), new List<Tensor>());
        for (var b = 0; b < batch; b++)
        {
            var count = inputLengths is null ? frames : inputLengths[b].ToInt64();
            var paths = CtcEnumeration.Paths(classes, count).ToArray();   // in the order of their classes: the first of equals
            var all = CtcEnumeration.Scores(logProbs[b], paths);
            var best = Enumerable.Range(0, paths.Length).MaxBy(p => all[p].ToDouble());
            var found = CtcEnumeration.Collapse(paths[best], blank);
            labels.AddRange([.. found, .. Enumerable.Repeat(-1L, (int)frames - found.Length)]);
            lengths.Add(found.Length);
            scores.Add(all[best]);
        }
        return new(
            tensor(labels.ToArray()).reshape(batch, frames), tensor(lengths.ToArray()),
            batch == 0 ? zeros(0, dtype: logProbs.dtype) : stack(scores));
    };

    /// <inheritdoc/>
    public override Gen<CtcCase> Cases => CtcCase.Any.Select(c => c with { U = 0, HasTargets = false, Extremes = [1e4, -1e4] });

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor?, long, CtcLabels> op, CtcCase @case, Tensor[] arguments)
    {
        var found = op(arguments[0], arguments.ElementAtOrDefault(1), @case.Blank);
        return [found.Scores, found.Labels, found.Lengths];
    }

    /// <inheritdoc/>
    public override bool SmoothAt(CtcCase @case) => @case.Scale > 0 && @case.Decimals is null;    // no ties

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(CtcCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor?, long, CtcLabels>>> BadInputs =>
        CtcBadInputs.OfFrames<Func<Tensor, Tensor?, long, CtcLabels>>((op, scores, lengths, blank) => op(scores, lengths, blank));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor?, long, CtcLabels>, CtcCase>> OwnLaws =>
    [
        Own("the best alignment need not have the best labels", "With p(blank) = 0.6 twice, 'nothing' is the best alignment, and 'a' the best label.", (op, _) =>
        {
            var logProbs = tensor([0.6, 0.4, 0.6, 0.4]).log().reshape(1, 2, 2);
            var found = op(logProbs, null, 0);
            var a = Alignment.CtcLoss(logProbs, ones([1, 1], dtype: ScalarType.Int64));
            return Comparison.Same("length", found.Lengths, zeros(1), Tolerance)
                .Then(() => Comparison.Same("score", found.Scores.exp(), tensor([0.36]), Tolerance))
                .Then(() => Comparison.Same("probability of 'a'", (-a).exp(), tensor([0.64]), Tolerance));
        }) with { Cases = 1 },
        Own("doubling every frame changes no label", "Runs of one class become one: at half the speed the same is said.", (op, c) =>
        {
            var drawn = (c with { Lengths = false }).Draw()[0].Value;
            var (once, twice) = (op(drawn, null, c.Blank), op(drawn.repeat_interleave(2, 1), null, c.Blank));
            return Comparison.Same("labels", twice.Labels.narrow(1, 0, c.T), once.Labels, Tolerance)
                .Then(() => Comparison.Same("score", twice.Scores, 2 * once.Scores, Tolerance));
        }),
    ];
}

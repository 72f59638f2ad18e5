using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Ctc;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Ctc;

/// <summary>Forced alignment against the best of all alignments.</summary>
public sealed class CtcAlignSpec : Spec<Func<Tensor, Tensor, Tensor?, Tensor?, long, CtcAlignment>, CtcCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor?, long, CtcAlignment> Op => Alignment.CtcAlign;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor?, long, CtcAlignment> Oracle =>
        (logProbs, targets, inputLengths, targetLengths, blank) =>
        {
            Tensor Each(Func<long[]?, Tensor, Tensor> of, params long[] shape) => CtcEnumeration.PerExample(
                logProbs, targets, inputLengths, targetLengths, blank, (scores, paths) => of(Best(scores, paths, blank), scores), shape);

            var frames = logProbs.size(1);
            return new(
                Each((path, _) => Padded(path is null ? [] : CtcEnumeration.States(path, blank), frames), frames).to(ScalarType.Int64),
                Each((path, _) => Padded(path ?? [], frames), frames).to(ScalarType.Int64),
                Each((path, scores) => path is null
                    ? tensor(double.NegativeInfinity, dtype: scores.dtype)
                    : CtcEnumeration.Scores(scores, [path])[0]));
        };

    /// <inheritdoc/>
    public override Gen<CtcCase> Cases => CtcCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, Tensor?, Tensor?, long, CtcAlignment> op, CtcCase @case, Tensor[] arguments)
    {
        var found = Found(op, @case, arguments);
        found.States.Dispose();                                           // rounded scores may choose others: a law of their own
        found.Classes.Dispose();
        return [found.Scores];
    }

    /// <inheritdoc/>
    public override bool SmoothAt(CtcCase @case) => @case.Scale > 0 && @case.Decimals is null && @case.IsFeasible(); // no ties

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(CtcCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, Tensor?, long, CtcAlignment>>> BadInputs =>
        CtcBadInputs.OfTargets<Func<Tensor, Tensor, Tensor?, Tensor?, long, CtcAlignment>>(
            (op, scores, targets, inputLengths, targetLengths, blank) => op(scores, targets, inputLengths, targetLengths, blank));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, Tensor?, long, CtcAlignment>, CtcCase>> OwnLaws =>
    [
        Own("it is the best of all", "States and classes are those of the alignment with the greatest sum; of equal ones, that which is further on.", (op, c) =>
        {
            var arguments = c.Draw().Select(a => a.Value).ToArray();
            var (got, expected) = (Found(op, c, arguments), Found(Oracle, c, arguments));
            return Comparison.Same("states", got.States, expected.States, new Tolerance(0, 0))
                .Then(() => Comparison.Same("classes", got.Classes, expected.Classes, new Tolerance(0, 0)));
        }),
        Own("its score is that of its classes", "Adding up the scores of the classes that it names gives its score.", (op, c) =>
        {
            var arguments = c.Draw().Select(a => a.Value).ToArray();
            var found = Found(op, c, arguments);
            var taken = arguments[0].gather(2, found.Classes.clamp(min: 0).unsqueeze(2)).squeeze(2)
                .masked_fill(found.Classes < 0, 0).sum(1);
            return Comparison.Same("score", found.Scores, where(found.Scores.isneginf(), found.Scores, taken), Tolerance);
        }),
        Own("no more probable than all together", "The best alignment's probability is at most that of the labels.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var losses = Alignment.CtcLoss(
                drawn[0], drawn[1], drawn.ElementAtOrDefault(2), drawn.ElementAtOrDefault(3), c.Blank);
            return Verdict.Require(
                Found(op, c, drawn).Scores.le(-losses + 1e-9).all().ToBoolean(), "An alignment is more probable than its labels.");
        }),
    ];

    private static CtcAlignment Found(
        Func<Tensor, Tensor, Tensor?, Tensor?, long, CtcAlignment> op, CtcCase @case, Tensor[] arguments) =>
        op(arguments[0], arguments[1], arguments.ElementAtOrDefault(2), arguments.ElementAtOrDefault(3), @case.Blank);

    private static Tensor Padded(long[] row, long length) =>
        tensor([.. row, .. Enumerable.Repeat(-1L, (int)(length - row.Length))]);

    private static long[]? Best(Tensor scores, long[][] paths, long blank)
    {
        long[]? best = null;
        var (highest, furthest) = (double.NegativeInfinity, "");
        foreach (var path in paths)
        {
            var score = CtcEnumeration.Scores(scores.detach(), [path])[0].ToDouble();
            var place = string.Concat(CtcEnumeration.States(path, blank).Reverse().Select(s => (char)('a' + s)));
            if (score > highest || (score == highest && best is not null && string.CompareOrdinal(place, furthest) > 0))
                (best, highest, furthest) = (path, score, place);
        }
        return best;
    }
}

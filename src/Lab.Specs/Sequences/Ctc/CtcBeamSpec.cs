using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Ctc;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Ctc;

/// <summary>Prefix beam of sufficient width against all alignments, put together by their labels.</summary>
public sealed class CtcBeamSpec : Spec<Func<Tensor, Tensor?, int, int, long, CtcBeams>, CtcCase>
{
    private const int Everything = 4096;                                  // more than the prefixes of 5 frames of 4 classes
    private const int Best = 3;

    private static readonly int[] narrow = [1, 2, 5];

    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, int, int, long, CtcBeams> Op => Alignment.CtcBeam;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, int, int, long, CtcBeams> Oracle => (logProbs, inputLengths, _, best, blank) =>
    {
        var (batch, frames) = (logProbs.size(0), logProbs.size(1));
        var (labels, lengths, scores) = (new List<long>(), new List<long>(), new List<double>());
        for (var b = 0; b < batch; b++)
        {
            var found = AllLabels(logProbs[b], inputLengths is null ? frames : inputLengths[b].ToInt64(), blank).Take(best).ToArray();
            for (var n = 0; n < best; n++)
            {
                var row = n < found.Length ? found[n].Labels : [];
                labels.AddRange([.. row, .. Enumerable.Repeat(-1L, (int)frames - row.Length)]);
                lengths.Add(n < found.Length ? row.Length : -1);
                scores.Add(n < found.Length ? found[n].Score : double.NegativeInfinity);
            }
        }
        return new(
            tensor(labels.ToArray()).reshape(batch, best, frames), tensor(lengths.ToArray()).reshape(batch, best),
            tensor(scores.ToArray()).reshape(batch, best).to(logProbs.dtype));
    };

    /// <inheritdoc/>
    public override Gen<CtcCase> Cases => CtcCase.Any.Select(c => c with { U = 0, HasTargets = false });

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor?, int, int, long, CtcBeams> op, CtcCase @case, Tensor[] arguments)
    {
        var found = op(arguments[0], arguments.ElementAtOrDefault(1), Everything, Best, @case.Blank);
        found.Labels.Dispose();                                           // equals may come in any order: a law of their own
        found.Lengths.Dispose();
        return [found.Scores];
    }

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(CtcCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor?, int, int, long, CtcBeams>>> BadInputs =>
    [
        .. CtcBadInputs.OfFrames<Func<Tensor, Tensor?, int, int, long, CtcBeams>>((op, scores, lengths, blank) => op(scores, lengths, 4, 1, blank)),
        new("a width of 0", "width", () => [ones(1, 2, 3)], (op, x) => op(x[0], null, 0, 1, 0)),
        new("no results wanted", "best", () => [ones(1, 2, 3)], (op, x) => op(x[0], null, 4, 0, 0)),
        new("more results than the width", "best", () => [ones(1, 2, 3)], (op, x) => op(x[0], null, 4, 5, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor?, int, int, long, CtcBeams>, CtcCase>> OwnLaws =>
    [
        Own("without ties the labels are the best ones", "Sorted by exact probability, the labels are those of the enumeration.", (op, c) =>
        {
            var untied = c with { Scale = 1, Decimals = null };
            var arguments = untied.Draw().Select(a => a.Value).ToArray();
            var lengths = arguments.ElementAtOrDefault(1);
            var (got, expected) = (op(arguments[0], lengths, Everything, Best, c.Blank), Oracle(arguments[0], lengths, Everything, Best, c.Blank));
            return Comparison.Same("labels", got.Labels, expected.Labels, Tolerance)
                .Then(() => Comparison.Same("lengths", got.Lengths, expected.Lengths, Tolerance));
        }),
        Own("a narrow beam never boasts", "Whatever the width, a result's score is at most the exact log-probability of its labels, and no labels come twice.", (op, c) =>
        {
            var logProbs = (c with { B = 1, Lengths = false }).Draw()[0].Value;
            return narrow.Aggregate(Verdict.Holds, (verdict, width) => verdict.Then(() =>
            {
                var found = op(logProbs, null, width, width, c.Blank);
                var rows = Enumerable.Range(0, width).Where(n => found.Lengths[0, n].ToInt64() >= 0)
                    .Select(n => (Labels: found.Labels[0, n].narrow(0, 0, found.Lengths[0, n].ToInt64()), Score: found.Scores[0, n].ToDouble()))
                    .ToArray();
                var sequences = rows.Select(r => string.Join(' ', CtcEnumeration.Numbers<long>(r.Labels))).ToArray();
                return Verdict.Require(sequences.Distinct().Count() == sequences.Length, $"Width {width} gave the same labels twice.")
                    .Then(() => rows.Aggregate(Verdict.Holds, (inner, row) => inner.Then(() =>
                    {
                        var exact = -Alignment.CtcLoss(logProbs, row.Labels.unsqueeze(0), blank: c.Blank).ToDouble();
                        return Verdict.Require(row.Score <= exact + 1e-9 * Math.Max(1, Math.Abs(exact)), $"Width {width} gave {row.Score} for labels of {exact}.");
                    })));
            }));
        }) with { Cases = 40 },
        Own("what cannot be is not found", "Where one frame is certainly 'a', there is one result, however many are wanted.", (op, _) =>
        {
            var found = op(tensor([double.NegativeInfinity, 0.0, double.NegativeInfinity]).reshape(1, 1, 3), null, 4, 2, 0);
            return Comparison.Same("labels", found.Labels, tensor([1L, -1]).reshape(1, 2, 1), Tolerance)
                .Then(() => Comparison.Same("lengths", found.Lengths, tensor([1L, -1]).reshape(1, 2), Tolerance))
                .Then(() => Comparison.Same("scores", found.Scores, tensor([0, double.NegativeInfinity]).reshape(1, 2), Tolerance));
        }) with { Cases = 1 },
        Own("it finds what greedy decoding misses", "With p(blank) = 0.6 twice, the best labels are 'a', of 0.64; 'nothing' has 0.36.", (op, _) =>
        {
            var found = op(tensor([0.6, 0.4, 0.6, 0.4]).log().reshape(1, 2, 2), null, 4, 2, 0);
            return Comparison.Same("labels", found.Labels, tensor([1L, -1, -1, -1]).reshape(1, 2, 2), Tolerance)
                .Then(() => Comparison.Same("probabilities", found.Scores.exp(), tensor([0.64, 0.36]).reshape(1, 2), Tolerance));
        }) with { Cases = 1 },
    ];

    private static IEnumerable<(long[] Labels, double Score)> AllLabels(Tensor logProbs, long frames, long blank)
    {
        var paths = CtcEnumeration.Paths(logProbs.size(1), frames).ToArray();
        var scores = CtcEnumeration.Numbers<double>(CtcEnumeration.Scores(logProbs, paths));
        return paths.Zip(scores).Where(p => !double.IsNegativeInfinity(p.Second))
            .GroupBy(p => string.Join(' ', CtcEnumeration.Collapse(p.First, blank)))
            .Select(g =>
            {
                var most = g.Max(p => p.Second);
                return (CtcEnumeration.Collapse(g.First().First, blank), most + Math.Log(g.Sum(p => Math.Exp(p.Second - most))));
            })
            .OrderByDescending(g => g.Item2);
    }
}

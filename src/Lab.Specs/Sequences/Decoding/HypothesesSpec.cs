using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>A strategy that gives several sequences for every example.</summary>
/// <typeparam name="TOp">The strategy's signature.</typeparam>
public abstract class HypothesesSpec<TOp> : Spec<TOp, SequenceCase>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;             // rounding makes other sequences the best

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(8 * magnitude);

    /// <summary>Lengths, log-probabilities, scores, finished. Of tokens a law of its own speaks: sequences can be equally probable.</summary>
    public override Tensor[] Call(TOp op, SequenceCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        using var scope = NewDisposeScope();
        var found = @case.Decoded(arguments[0], (model, start, first) => Decode(op, @case, model, start, first));
        var parts = Parts(found);
        scope.MoveToOuter(parts);
        return parts;
    }

    /// <summary>Gives a case to a version of the strategy.</summary>
    protected abstract Hypotheses Decode(TOp op, SequenceCase @case, IDecoderModel model, IDecoderState start, Tensor first);

    /// <summary>How many sequences a case gives.</summary>
    protected virtual int Count(SequenceCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Best;
    }

    /// <summary>What is compared.</summary>
    protected static Tensor[] Parts(Hypotheses found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return [found.Lengths, found.LogProbs, found.Scores, found.Finished];
    }

    /// <summary>What a sequence is worth.</summary>
    internal static Func<Listed, double> Score(BeamOptions beam) => h => h.LogProb / beam.Penalty.Divisor(h.Tokens.Length);

    /// <summary>Beam search in plain C#.</summary>
    private protected static Hypotheses InPlain(
        IDecoderModel model, Tensor first, DecodingOptions options, BeamOptions beam, int groups, double diversity)
    {
        var table = ((MarkovModel)model).Table;
        return Tensors(table, options.MaxLength, beam, Enumerable.Range(0, (int)table.size(0)).Select(b =>
            new SequenceOracle(options, table[b], first[b].ToInt64()).Beam(beam.Width, groups, diversity, Score(beam), beam.Best)
                .SelectMany(group => group.Cast<Listed?>().Concat(Enumerable.Repeat<Listed?>(null, beam.Best - group.Count))).ToArray()));
    }

    /// <summary>Lists of sequences as tensors; null where there is none.</summary>
    private protected static Hypotheses Tensors(Tensor table, int maxLength, BeamOptions beam, IEnumerable<Listed?[]> examples)
    {
        var all = examples.ToArray();
        Tensor Of(Func<Listed, double> number, double none) =>
            stack(all.Select(row => tensor(row.Select(h => h is null ? none : number(h)).ToArray(), dtype: ScalarType.Float64)));
        return new(
            stack(all.Select(row => stack(row.Select(h => tensor([.. h?.Tokens ?? [], .. Enumerable.Repeat(-1L, maxLength - (h?.Tokens.Length ?? 0))]))))),
            Of(h => h.Tokens.Length, 0).to(ScalarType.Int64), Of(h => h.LogProb, double.NegativeInfinity).to(table.dtype),
            Of(Score(beam), double.NegativeInfinity).to(table.dtype), Of(h => h.Finished ? 1 : 0, 0).to(ScalarType.Bool));
    }

    /// <summary>Laws of all strategies of this kind.</summary>
    protected IEnumerable<Law<TOp, SequenceCase>> HypothesesLaws =>
    [
        Own("the log-probability is the model's", "It is what the model says of the tokens; the score is that by the length penalty, BOS not counted.", (op, c) =>
            EachOne(op, c, (h, score, table) =>
            {
                var oracle = c.InPlain(table);
                var sum = Enumerable.Range(0, h.Tokens.Length).Sum(t => Math.Min(0, oracle.Ruled(oracle.LogProbs(h.Tokens[..t]), h.Tokens[..t])[h.Tokens[t]]));
                return Comparison.Same("log-probability", tensor(h.LogProb), tensor(sum), Tolerance)
                    .Then(() => Comparison.Same("score", tensor(score), tensor(sum / c.Beam.Penalty.Divisor(h.Tokens.Length)), Tolerance));
            })),
        Own("after EOS comes padding, and nothing else", "A sequence has tokens up to its EOS, which counts, and -1 from there on.", (op, c) =>
            EachOne(op, c, (h, _, _) => Verdict.Require(
                h.Finished ? Array.IndexOf(h.Tokens, 0) == h.Tokens.Length - 1 : !h.Tokens.Contains(0) && h.Tokens.Length == c.MaxLength,
                $"[{string.Join(", ", h.Tokens)}] {(h.Finished ? "is" : "is not")} finished."))),
        Own("a constraint is never violated", "Every finished sequence is legal, as one sees by looking at it.", (op, c) =>
            c.Legal == Legal.All ? Verdict.DoesNotApply : EachOne(op, c, (h, _, _) => Verdict.Require(
                h.Finished && c.IsLegal(h.Tokens[..^1]), $"[{string.Join(", ", h.Tokens)}] is not legal."))),
    ];

    /// <summary>Tries every sequence that was found.</summary>
    private protected Verdict EachOne(TOp op, SequenceCase c, Func<Listed, double, Tensor, Verdict> check)
    {
        var table = c.Draw()[0].Value;
        var found = c.Decoded(table, (model, start, first) => Decode(op, c, model, start, first));
        var verdict = Verdict.Holds;
        for (var b = 0; b < c.B; b++)
        {
            for (var i = 0; i < Count(c) && !verdict.IsFailure; i++)
            {
                var (length, tokens) = ((int)found.Lengths[b, i].ToInt64(), found.Tokens[b, i].data<long>().ToArray());
                if (tokens.Skip(length).Any(v => v != -1) || tokens.Take(length).Any(v => v < 0))
                    return Verdict.Fails($"[{string.Join(", ", tokens)}] has length {length}.");
                if (length > 0)
                    verdict = check(new(tokens[..length], found.LogProbs[b, i].ToDouble(), found.Finished[b, i].ToBoolean()), found.Scores[b, i].ToDouble(), table[b]);
            }
        }
        return verdict;
    }
}

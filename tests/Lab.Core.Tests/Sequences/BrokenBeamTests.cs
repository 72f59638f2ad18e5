using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using Lab.Specs.Sequences.Decoding;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Sequences;

/// <summary>Strategies as they are often written, each with a fault, and the law that finds it.</summary>
public sealed class BrokenBeamTests
{
    [Fact]
    public void A_list_of_hypotheses_without_fault_passes() => Assert.True(
        new BeamSpec().Judge(Plain(), "value equals the oracle's", "BOS does not count", "a finished hypothesis is not lost to an unfinished one").Passed);

    [Fact]
    public void Ranking_unfinished_hypotheses_with_finished_ones_is_found() =>
        Caught(Plain(ranksUnfinished: true), "a finished hypothesis is not lost to an unfinished one", "the best come first, and differ");

    [Fact]
    public void Counting_bos_is_found() => Caught(Plain(countsBos: true), "BOS does not count", "the log-probability is the model's");

    [Fact]
    public void More_width_than_tokens_that_raises_is_found() =>
        Caught(Plain(clamps: false), "a beam as wide as all there is finds the best there are");

    [Fact]
    public void A_beam_that_stops_with_the_first_finished_hypothesis_is_found() =>
        Caught(Plain(stopsAtFirst: true), "a beam as wide as all there is finds the best there are", "value equals the oracle's");

    [Fact]
    public void A_greedy_decoder_that_goes_on_after_eos_is_found()
    {
        var report = new GreedySpec().Judge((model, start, first, options) =>
        {
            var (state, tokens) = (start, new List<Tensor> { first });
            for (var t = 0; t < options.MaxLength; t++)
            {
                var step = model.Step(tokens[^1], state);
                state = step.State;
                tokens.Add(step.Logits.argmax(1));
                if (tokens[^1].eq(options.Eos).all().ToBoolean())     // all at once, as if rows ended together
                    break;
            }
            var all = stack(tokens.Skip(1), 1);
            return new(all, full_like(first, all.size(1)), zeros(first.shape, dtype: ScalarType.Float64), ones_like(first, dtype: ScalarType.Bool));
        });
        Assert.False(Holds(report, "after EOS comes padding, and nothing else"));
        Assert.False(Holds(report, "value equals the oracle's"));
    }

    private static void Caught(
        Func<IDecoderModel, IDecoderState, Tensor, DecodingOptions, BeamOptions, Hypotheses> broken, params string[] laws)
    {
        var report = new BeamSpec().Judge(broken, laws);
        Assert.All(laws, law => Assert.False(Holds(report, law), $"\"{law}\" holds for the broken version."));
    }

    private static bool Holds(SpecReport report, string law) => report.Results.Single(r => r.Law == law).Passed;

    /// <summary>Beam search with a list, one example at a time, as textbooks have it.</summary>
    private static Func<IDecoderModel, IDecoderState, Tensor, DecodingOptions, BeamOptions, Hypotheses> Plain(
        bool ranksUnfinished = false, bool countsBos = false, bool clamps = true, bool stopsAtFirst = false) =>
        (model, start, first, options, beam) =>
        {
            var rows = Enumerable.Range(0, (int)first.size(0)).Select(b =>
            {
                var alive = new List<(long[] Tokens, double LogProb)> { ([], 0) };
                var done = new List<(long[] Tokens, double LogProb)>();
                for (var t = 0; t < options.MaxLength && !(stopsAtFirst && done.Count > 0); t++)
                {
                    var next = new List<(long[] Tokens, double LogProb)>();
                    foreach (var (tokens, logProb) in alive)
                    {
                        var logProbs = LogProbs(model, start, first, b, tokens, options);
                        var best = logProbs.topk(clamps ? (int)logProbs.size(0) : beam.Width, 0);
                        next.AddRange(best.values.data<double>().ToArray().Zip(best.indexes.data<long>().ToArray(),
                            (s, v) => ((long[])[.. tokens, v], logProb + s)).Where(h => !double.IsNegativeInfinity(h.Item2)));
                    }
                    done.AddRange(next.Where(h => h.Tokens[^1] == options.Eos));
                    alive = [.. next.Where(h => h.Tokens[^1] != options.Eos).OrderByDescending(h => h.LogProb).Take(beam.Width)];
                }
                double Score((long[] Tokens, double LogProb) h) => h.LogProb / beam.Penalty.Divisor(h.Tokens.Length + (countsBos ? 1 : 0));
                return done.Concat(alive).OrderByDescending(h => !ranksUnfinished && h.Tokens[^1] == options.Eos).ThenByDescending(Score)
                    .Take(beam.Best).Select(h => (h.Tokens, h.LogProb, Score: Score(h))).ToArray();
            }).ToArray();
            Tensor Of(Func<(long[] Tokens, double LogProb, double Score), double> number, double none) => tensor(rows.SelectMany(r =>
                Enumerable.Range(0, beam.Best).Select(i => i < r.Length ? number(r[i]) : none)).ToArray(), dtype: ScalarType.Float64).reshape(rows.Length, beam.Best);
            var all = rows.SelectMany(r => Enumerable.Range(0, beam.Best).SelectMany(i => Enumerable.Range(0, options.MaxLength).Select(t =>
                i < r.Length && t < r[i].Tokens.Length ? r[i].Tokens[t] : options.Pad)));
            return new(
                tensor(all.ToArray(), dtype: ScalarType.Int64).reshape(rows.Length, beam.Best, options.MaxLength), Of(h => h.Tokens.Length, 0).to(ScalarType.Int64),
                Of(h => h.LogProb, double.NegativeInfinity), Of(h => h.Score, double.NegativeInfinity),
                Of(h => h.Tokens[^1] == options.Eos ? 1 : 0, 0).to(ScalarType.Bool));
        };

    private static Tensor LogProbs(IDecoderModel model, IDecoderState start, Tensor first, int row, long[] tokens, DecodingOptions options)
    {
        var (state, last) = (start, first);
        foreach (var token in tokens)
        {
            state = model.Step(last, state).State;
            last = full_like(first, token);
        }
        var logProbs = model.Step(last, state).Logits[row].log_softmax(0);
        if (options.Constraint is { } constraint)
        {
            var legal = Enumerable.Range(0, (int)logProbs.size(0)).Select(v => v == options.Eos
                ? constraint.Accepts(tokens) : Completes(constraint, [.. tokens, v], options)).ToArray();
            logProbs = logProbs.masked_fill(tensor(legal).logical_not(), double.NegativeInfinity);
        }
        if (options.Rule is null)
            return logProbs;
        var ruled = options.Rule(logProbs.unsqueeze(0), tensor(tokens, dtype: ScalarType.Int64).unsqueeze(0))[0];
        return (ruled.isneginf().all().ToBoolean() ? logProbs : ruled).clamp(max: 0);
    }

    private static bool Completes(TokenAutomaton constraint, long[] tokens, DecodingOptions options) =>
        tokens.Length < options.MaxLength && (constraint.Accepts(tokens)
            || Enumerable.Range(1, constraint.VocabularySize - 1).Any(v => Completes(constraint, [.. tokens, v], options)));
}

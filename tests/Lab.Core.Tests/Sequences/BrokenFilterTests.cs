using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using Lab.Specs.Sequences.Decoding;

namespace Lab.Core.Tests.Sequences;

/// <summary>Filters as they are often written, each with a fault, and the law that finds it.</summary>
public sealed class BrokenFilterTests
{
    [Fact]
    public void A_nucleus_with_one_token_too_many_is_found()
    {
        var report = new NucleusSpec().Judge((logits, p) =>
        {
            var (sorted, order) = logits.sort(-1, descending: true);
            var mass = sorted.softmax(-1);
            var dropped = mass.cumsum(-1) - mass > p;                     // the source of the fault: p is reached, and one more is in
            return logits.masked_fill(dropped.gather(1, order.argsort(-1)), double.NegativeInfinity);
        });
        Caught(report, "value equals the oracle's", "the boundary is exact");
    }

    [Fact]
    public void A_nucleus_that_drops_the_token_that_reaches_p_is_found() => Caught(
        new NucleusSpec().Judge((logits, p) =>
        {
            var (sorted, order) = logits.sort(-1, descending: true, stable: true);
            var dropped = sorted.softmax(-1).cumsum(-1) > p;
            return logits.masked_fill(dropped.gather(1, order.argsort(-1)), double.NegativeInfinity);
        }),
        "value equals the oracle's", "something can be chosen");

    [Fact]
    public void A_nucleus_without_room_for_rounding_is_found() => Caught(
        new NucleusSpec().Judge((logits, p) =>
        {
            var (sorted, order) = logits.sort(-1, descending: true, stable: true);
            var mass = sorted.softmax(-1);
            return logits.masked_fill((mass.cumsum(-1) - mass >= p).gather(1, order.argsort(-1)), double.NegativeInfinity);
        }),
        "rounding does not move the boundary");

    [Fact]
    public void Top_k_that_asks_for_more_than_there_are_is_found() => Caught(
        new TopKSpec().Judge((logits, k) => logits.masked_fill(
            logits < logits.topk((int)k, -1).values.narrow(1, k - 1, 1), double.NegativeInfinity)),
        "value equals the oracle's", "exactly k tokens stay");

    [Fact]
    public void Top_k_that_keeps_all_ties_is_found() => Caught(
        new TopKSpec().Judge((logits, k) =>
        {
            k = Math.Min(k, logits.size(1));
            return logits.masked_fill(logits < logits.topk((int)k, -1).values.narrow(1, k - 1, 1), double.NegativeInfinity);
        }),
        "exactly k tokens stay");

    [Fact]
    public void A_division_by_temperature_0_is_found() => Caught(
        new TemperatureSpec().Judge((logits, temperature) => logits / temperature), "value equals the oracle's", "temperature 0 is greedy");

    [Fact]
    public void Min_p_as_a_share_of_all_and_not_of_the_best_is_found() => Caught(
        new MinPSpec().Judge((logits, share) => logits.masked_fill(logits.softmax(-1) < share, double.NegativeInfinity)),
        "value equals the oracle's", "something can be chosen");

    [Fact]
    public void Typical_tokens_by_probability_alone_are_found() => Caught(
        new TypicalSpec().Judge(LogitFilter.Nucleus), "value equals the oracle's", "the most probable token may go");

    [Fact]
    public void A_penalty_that_rewards_negative_logits_is_found() => Caught(
        new RepetitionPenaltySpec().Judge((logits, prefix, penalty) =>
            logits.scatter(1, prefix, logits.gather(1, prefix) / penalty)),
        "value equals the oracle's", "a penalised token is never better off");

    [Fact]
    public void A_ban_of_the_last_n_gram_only_is_found() => Caught(
        new NoRepeatNGramSpec().Judge((logits, prefix, n) => LogitFilter.NoRepeatNGram(
            logits, prefix.size(1) > n ? prefix.narrow(1, prefix.size(1) - n, n) : prefix, n)),
        "value equals the oracle's", "text that obeys it repeats nothing");

    /// <summary>All of the laws named fail; others may.</summary>
    private static void Caught(SpecReport report, params string[] laws) =>
        Assert.All(laws, law => Assert.False(report.Results.Single(r => r.Law == law).Passed, $"\"{law}\" holds for the broken version."));
}

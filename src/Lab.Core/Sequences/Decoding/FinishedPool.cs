using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>The best finished hypotheses of every example so far, the best first. Whoever ends competes with them.</summary>
internal sealed class FinishedPool : IDisposable
{
    private readonly int best;
    private readonly LengthPenalty penalty;
    private Tensor tokens;                                            // [B, p, T]
    private Tensor lengths;                                           // [B, p]
    private Tensor logProbs;                                          // [B, p], float64
    private Tensor scores;                                            // [B, p], float64

    public FinishedPool(long examples, int maxLength, int best, LengthPenalty penalty, Device device)
    {
        (this.best, this.penalty) = (best, penalty);
        using var scope = NewDisposeScope();
        tokens = zeros([examples, 0, maxLength], dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
        lengths = zeros([examples, 0], dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
        logProbs = zeros([examples, 0], dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
        scores = zeros([examples, 0], dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
    }

    /// <summary>Lets hypotheses compete that end now.</summary>
    /// <param name="ended">Their log-probabilities, [B, K].</param>
    /// <param name="prefixes">Their tokens before EOS, [B, K, T].</param>
    /// <param name="length">Their length, EOS counted.</param>
    /// <param name="eos">EOS.</param>
    public void Add(Tensor ended, Tensor prefixes, int length, long eos)
    {
        var whole = prefixes.clone();
        whole.select(2, length - 1).fill_(eos);
        var all = cat([scores, ended / penalty.Divisor(length)], 1);
        var order = all.sort(1, descending: true, stable: true).Indices;          // who came first stays before an equal
        order = order.narrow(1, 0, Math.Min(best, order.size(1)));
        DecodingRun.Replace(ref scores, all.gather(1, order));
        DecodingRun.Replace(ref logProbs, cat([logProbs, ended], 1).gather(1, order));
        DecodingRun.Replace(ref lengths, cat([lengths, full_like(ended, length, dtype: ScalarType.Int64)], 1).gather(1, order));
        DecodingRun.Replace(ref tokens, cat([tokens, whole], 1).gather(1, Wide(order, whole.size(2))));
    }

    /// <summary>Whether nothing that is still unfinished can get among the best, [B].</summary>
    /// <param name="alive">Log-probabilities of the unfinished, [B, K].</param>
    /// <param name="maxLength">The greatest length.</param>
    public Tensor IsSettled(Tensor alive, int maxLength) => scores.size(1) < best
        ? zeros(scores.size(0), dtype: ScalarType.Bool, device: scores.device)
        : scores.select(1, best - 1) >= alive.amax([1]) / penalty.Divisor(maxLength);

    /// <summary>The best: the finished ones, then those that were cut at the greatest length, then nothing.</summary>
    /// <param name="alive">Log-probabilities of those that were cut, [B, K].</param>
    /// <param name="prefixes">Their tokens, [B, K, T].</param>
    /// <param name="time">How many tokens they have.</param>
    /// <param name="dtype">The dtype of the scores given.</param>
    /// <param name="pad">What stands after the end.</param>
    public Hypotheses Result(Tensor alive, Tensor prefixes, int time, ScalarType dtype, long pad)
    {
        var (examples, device) = (scores.size(0), scores.device);
        var order = alive.sort(1, descending: true, stable: true).Indices;
        var none = full([examples, best], double.NegativeInfinity, dtype: ScalarType.Float64, device: device);
        var cut = full([examples, order.size(1)], time, dtype: ScalarType.Int64, device: device);
        var allLogProbs = cat([logProbs, alive.gather(1, order), none], 1);
        var allScores = cat([scores, alive.gather(1, order) / penalty.Divisor(Math.Max(time, 1)), none], 1);
        var allLengths = cat([lengths, cut, zeros_like(none, dtype: ScalarType.Int64)], 1);
        var allTokens = cat([tokens, prefixes.gather(1, Wide(order, prefixes.size(2))), full([examples, best, prefixes.size(2)], pad, dtype: ScalarType.Int64, device: device)], 1);
        var ended = cat([ones_like(scores, dtype: ScalarType.Bool), zeros_like(cut, dtype: ScalarType.Bool), zeros_like(none, dtype: ScalarType.Bool)], 1);

        var possible = allLogProbs > double.NegativeInfinity;
        var rank = where(possible, where(ended, 0L, 1L), 2L).sort(1, stable: true).Indices.narrow(1, 0, best);
        possible = possible.gather(1, rank);
        var length = where(possible, allLengths.gather(1, rank), 0);
        var token = allTokens.gather(1, Wide(rank, prefixes.size(2))).narrow(2, 0, time);
        token = where(arange(time, device: device) < length.unsqueeze(2), token, pad);
        return new(
            token, length, where(possible, allLogProbs.gather(1, rank), double.NegativeInfinity).to(dtype),
            where(possible, allScores.gather(1, rank), double.NegativeInfinity).to(dtype), ended.gather(1, rank).logical_and(possible));
    }

    public void Dispose()
    {
        tokens.Dispose();
        lengths.Dispose();
        logProbs.Dispose();
        scores.Dispose();
    }

    private static Tensor Wide(Tensor order, long length) => order.unsqueeze(2).expand(-1, -1, length);
}

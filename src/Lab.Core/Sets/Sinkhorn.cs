using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

public static partial class Matching
{
    /// <summary>Pairs rows with columns softly: shares of each pair, with a gradient.</summary>
    /// <remarks>
    /// <para>Formula: <c>P = exp(-cost/τ + f + g)</c>, where f and g are set in turns so that the rows and the columns of P have the right sums. It
    /// is the plan of least <c>Σ P·cost - τ·H(P)</c>, H the entropy. Every member of the smaller side has the sum 1; those of the larger side at
    /// most 1, by a member that stands for all the partners that are missing, at cost 0.</para>
    /// <para>As τ falls to 0 the plan becomes the <see cref="LinearAssignment"/>, where that is unique: its cost exceeds the least one by
    /// <c>τ·n·log n</c> at most, n the larger side. The smaller τ, the more rounds it takes: steps of size τ, differences of size cost.</para>
    /// <para>Gradient: that of the rounds, unrolled: memory grows with their number. Numerics: in logarithms, so that no τ overflows. A pair that
    /// costs +∞ has the share 0. The last round sets the sums of the smaller side.</para>
    /// <para>Oracle: the same with products of exponentials. Sources: Sinkhorn 1967; Cuturi 2013; Mena et al. 2018.</para>
    /// </remarks>
    /// <param name="costs"><c>[B, N, M]</c>, floating point; +∞ forbids a pair, and leaves one in each row and column at least.</param>
    /// <param name="temperature">τ, in the unit of the costs, positive.</param>
    /// <param name="rounds">How often the sums are set, 1 or more.</param>
    /// <returns>Shares of the pairs, <c>[B, N, M]</c>, in [0, 1].</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static Tensor Sinkhorn(Tensor costs, double temperature = 0.1, int rounds = 50)
    {
        Require.FloatingPoint(costs);
        if (costs.shape is not [_, var N, var M])
            throw Require.BadShape(costs, "[B, N, M]");
        Require.Positive(temperature);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        RequirePartners(costs);

        using var scope = NewDisposeScope();
        if (N == 0 || M == 0)
            return (costs * 0).MoveToOuterDisposeScope();
        var (turned, missing) = (N > M, Math.Abs(N - M));
        var scores = (turned ? costs.transpose(1, 2) : costs) / -temperature;                          // fewer rows than columns
        if (missing > 0)
            scores = cat([scores, zeros_like(scores.narrow(1, 0, 1))], 1);
        var rowSums = zeros(scores.size(1), scores.dtype, scores.device);                              // logarithms
        if (missing > 0)
            rowSums = rowSums.index_fill(0, tensor([scores.size(1) - 1], device: scores.device), Math.Log(missing));
        for (var round = 0; round < rounds; round++)
        {
            scores = scores - scores.logsumexp(1, keepdim: true);
            scores = scores - scores.logsumexp(2, keepdim: true) + rowSums.unsqueeze(1);
        }
        var plan = scores.narrow(1, 0, Math.Min(N, M)).exp();
        return (turned ? plan.transpose(1, 2) : plan).contiguous().MoveToOuterDisposeScope();
    }

    private static void RequirePartners(Tensor costs)
    {
        if (costs.device_type != DeviceType.CPU || costs.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var table = costs.detach();
        if (table.isnan().any().ToBoolean() || table.isneginf().any().ToBoolean())
            throw new ArgumentException("costs must hold numbers or +∞ (a forbidden pair), got NaN or -∞.", nameof(costs));
        var (N, M) = (table.size(1), table.size(2));
        if ((N <= M && table.isposinf().all(2).any().ToBoolean()) || (M <= N && table.isposinf().all(1).any().ToBoolean()))
            throw new ArgumentException("costs must leave a partner for each of the smaller side, got a row or column of +∞ alone.", nameof(costs));
    }
}

using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>Which spans of a sentence may stand beside each other.</summary>
public enum SpanOverlap
{
    /// <summary>All; one that says the same as a surer one, type and span, is left out: a set holds nothing twice.</summary>
    Any,

    /// <summary>Spans may touch, lie in each other or be the same with another type; of two that cross, the surer stays.</summary>
    Nested,

    /// <summary>No token belongs to two spans: of two that share one, the surer stays.</summary>
    Flat,
}

/// <summary>The entities that were found, surest first, padded to one length.</summary>
/// <param name="Types"><c>[B, Q]</c>, int64; -1 in padding.</param>
/// <param name="Starts">The first token, <c>[B, Q]</c>, int64; -1 in padding.</param>
/// <param name="Ends">The last token, <c>[B, Q]</c>, int64; -1 in padding.</param>
/// <param name="Scores">How sure: the product of three probabilities, <c>[B, Q]</c>; 0 in padding.</param>
/// <param name="Counts">How many of each sentence, <c>[B]</c>, int64.</param>
public sealed record SpanSet(Tensor Types, Tensor Starts, Tensor Ends, Tensor Scores, Tensor Counts);

/// <summary>From what slots say to a set of typed spans.</summary>
public static class SlotDecoding
{
    /// <summary>Reads the set that slots put out.</summary>
    /// <remarks>
    /// <para>Rule: a slot claims its likeliest type, or nothing where that is "no entity". Its span is the pair of tokens with the greatest
    /// <c>p_start[s]·p_end[e]</c> among those with <c>s ≤ e</c>: two pointers by themselves could cross. Of equal pairs, the one that ends first,
    /// then the one that starts last. Claims are taken by their score, <c>p_type·p_start·p_end</c>, greatest first (of equal scores, the first slot's); each stays
    /// unless one that stays already rules it out, as <paramref name="overlap"/> says.</para>
    /// <para>Gradient: none. Numerics: sums of scores in float64, whatever the dtype, so that equal pairs are equal; a slot that can point nowhere claims
    /// nothing; NaN is refused. Time: T a slot, and Q² a sentence.</para>
    /// <para>Oracle: all types and all pairs of tokens, one by one, and claims one after the other.</para>
    /// </remarks>
    /// <param name="output">What the slots say, <c>[B, Q, ...]</c>.</param>
    /// <param name="overlap">Which spans may stand beside each other.</param>
    /// <returns>What is found.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above.</exception>
    public static SpanSet TypedSpans(SlotOutput output, SpanOverlap overlap = SpanOverlap.Nested)
    {
        SlotShapes.RequireOutput(output);
        if (!Enum.IsDefined(overlap))
            throw new ArgumentOutOfRangeException(nameof(overlap), overlap, "Must be one of the enumeration.");
        SlotShapes.RequireNumbers(output);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var none = output.Types.size(2) - 1;
        var (claimed, starting, ending) = (Wide(output.Types), Wide(output.Starts), Wide(output.Ends));
        var (likeliest, types) = claimed.max(2);                                                    // [B, Q]
        var (best, from) = starting.cummax(2);                                                      // [B, Q, T]: of all starts up to here
        var (pointed, ends) = (best + ending).max(2);
        var starts = from.gather(2, ends.unsqueeze(2)).squeeze(2);
        var claims = (types != none).logical_and((likeliest + pointed).isneginf().logical_not());
        var scores = (likeliest + pointed - Sum(claimed) - Sum(starting) - Sum(ending)).masked_fill(claims.logical_not(), double.NegativeInfinity);

        var order = scores.sort(1, descending: true, stable: true).Indices;
        (types, starts, ends, scores, claims) = (In(types), In(starts), In(ends), In(scores), In(claims));
        var kept = Kept(claims, Conflicts(types, starts, ends, overlap));

        var front = kept.to(ScalarType.Int64).sort(1, descending: true, stable: true).Indices;      // those that stay, in their order
        kept = kept.gather(1, front);
        return new(
            Out(types, -1), Out(starts, -1), Out(ends, -1), Out(scores.exp().to(output.Types.dtype), 0),
            kept.sum(1).MoveToOuterDisposeScope());

        static Tensor Wide(Tensor x) => x.detach().to(ScalarType.Float64);
        static Tensor Sum(Tensor x) => Activation.LogSumExp(x, 2);
        Tensor In(Tensor x) => x.gather(1, order);
        Tensor Out(Tensor x, double padding) => x.gather(1, front).masked_fill(kept.logical_not(), padding).MoveToOuterDisposeScope();
    }

    /// <summary>Which claims rule each other out, <c>[B, Q, Q]</c>.</summary>
    private static Tensor Conflicts(Tensor types, Tensor starts, Tensor ends, SpanOverlap overlap)
    {
        var (s, e, otherS, otherE) = (starts.unsqueeze(2), ends.unsqueeze(2), starts.unsqueeze(1), ends.unsqueeze(1));
        var meet = (s <= otherE).logical_and(otherS <= e);
        if (overlap == SpanOverlap.Flat)
            return meet;
        var same = (s == otherS).logical_and(e == otherE).logical_and(types.unsqueeze(2) == types.unsqueeze(1));
        if (overlap == SpanOverlap.Any)
            return same;
        var inside = (otherS <= s).logical_and(e <= otherE);
        return same.logical_or(meet.logical_and(inside.logical_or(inside.transpose(1, 2)).logical_not()));
    }

    /// <summary>Surest first, each stays unless one that stays rules it out.</summary>
    private static Tensor Kept(Tensor claims, Tensor conflicts)
    {
        var kept = claims.clone();
        for (var q = 1; q < claims.size(1); q++)
        {
            using var step = NewDisposeScope();
            var ruledOut = conflicts.select(1, q).narrow(1, 0, q).logical_and(kept.narrow(1, 0, q)).any(1);
            kept.select(1, q).logical_and_(ruledOut.logical_not());
        }
        return kept;
    }
}

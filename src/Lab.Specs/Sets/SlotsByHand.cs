using Lab.Core.Sets;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sets;

/// <summary>Costs, losses and spans of slots one by one, and what all these ops refuse.</summary>
internal static class SlotsByHand
{
    /// <summary>The cost of every pair.</summary>
    public static Tensor Costs(SlotOutput output, SlotTargets targets, SlotWeights? weights)
    {
        weights ??= new();
        var (B, Q, M) = ((int)output.Types.size(0), (int)output.Types.size(1), (int)targets.Types.size(1));
        var (counts, types) = (ClosedForm.Indices(targets.Counts), ClosedForm.Indices(targets.Types));
        var (starts, ends) = (ClosedForm.Indices(targets.Starts), ClosedForm.Indices(targets.Ends));
        var (claimed, starting, ending) = (Rows(output.Types), Rows(output.Starts), Rows(output.Ends));
        var costs = new double[B, Q, M];
        for (var b = 0; b < B; b++)
            for (var q = 0; q < Q; q++)
                for (var m = 0; m < counts[b]; m++)
                    costs[b, q, m] = -(weights.Type * Probability(claimed[b * Q + q], types[b * M + m]))
                        - weights.Boundary * Probability(starting[b * Q + q], starts[b * M + m])
                        - weights.Boundary * Probability(ending[b * Q + q], ends[b * M + m]);
        return tensor(costs).to(output.Types.dtype);
    }

    private static double[][] Rows(Tensor x) => [.. ClosedForm.Numbers(x).Chunk((int)x.size(-1))];

    private static double Probability(double[] z, long at) =>
        double.IsNegativeInfinity(z[at]) ? 0 : 1 / z.Sum(other => Math.Exp(other - z[at]));

    /// <summary>The losses where it is known who answers for what: lists of pairs, and the library's cross-entropy.</summary>
    public static SlotLosses Losses(SlotOutput output, SlotTargets targets, Tensor slots, SlotWeights? weights)
    {
        weights ??= new();
        var (B, Q, M, columns) = (output.Types.size(0), output.Types.size(1), targets.Types.size(1), output.Types.size(2));
        var (counts, types, answers) = (ClosedForm.Indices(targets.Counts), ClosedForm.Indices(targets.Types), ClosedForm.Indices(slots));
        var pairs = (from b in Enumerable.Range(0, (int)B)
                     from m in Enumerable.Range(0, (int)counts[b])
                     where answers[b * M + m] >= 0
                     select (Slot: b * Q + answers[b * M + m], Entity: b * M + m)).ToArray();
        var wanted = Enumerable.Repeat(columns - 1, (int)(B * Q)).ToArray();
        foreach (var (slot, entity) in pairs)
            wanted[slot] = types[entity];
        var type = F.cross_entropy(
            output.Types.reshape(-1, columns), tensor(wanted, ScalarType.Int64),
            tensor([.. Enumerable.Repeat(1.0, (int)columns - 1), weights.NoEntity]).to(output.Types.dtype), reduction: nn.Reduction.Mean);
        var (start, end) = (Pointed(output.Starts, targets.Starts), Pointed(output.Ends, targets.Ends));
        return new(
            type, start, end, tensor(counts.Sum() - pairs.LongLength, output.Types.dtype),
            weights.Type * type + weights.Boundary * start + weights.Boundary * end);

        Tensor Pointed(Tensor logits, Tensor places)
        {
            var chosen = logits.reshape(-1, logits.size(2)).index_select(0, tensor(pairs.Select(p => p.Slot).ToArray(), ScalarType.Int64));
            var at = places.flatten().index_select(0, tensor(pairs.Select(p => p.Entity).ToArray(), ScalarType.Int64));
            return F.cross_entropy(chosen, at, reduction: nn.Reduction.Sum) / Math.Max(1, counts.Sum());
        }
    }

    /// <summary>All five numbers.</summary>
    public static Tensor[] Parts(SlotLosses losses) => [losses.Type, losses.Start, losses.End, losses.Missed, losses.Total];

    /// <summary>The set of spans: all pairs of tokens of each slot, and claims one after the other.</summary>
    public static SpanSet Spans(SlotOutput output, SpanOverlap overlap)
    {
        var (B, Q) = ((int)output.Types.size(0), (int)output.Types.size(1));
        var (claimed, starting, ending) = (Rows(output.Types), Rows(output.Starts), Rows(output.Ends));
        long[] Padding() => [.. Enumerable.Repeat(-1L, B * Q)];
        var (types, starts, ends, scores, counts) = (Padding(), Padding(), Padding(), new double[B * Q], new long[B]);
        for (var b = 0; b < B; b++)
        {
            var kept = new List<Claim>();
            foreach (var claim in Enumerable.Range(b * Q, Q).Select(q => Claimed(claimed[q], starting[q], ending[q])).OfType<Claim>().OrderByDescending(c => c.Score))
                if (!kept.Any(other => RulesOut(claim, other, overlap)))
                    kept.Add(claim);
            counts[b] = kept.Count;
            foreach (var (i, claim) in kept.Index())
                (types[b * Q + i], starts[b * Q + i], ends[b * Q + i], scores[b * Q + i]) = (claim.Type, claim.Start, claim.End, Math.Exp(claim.Score));
        }
        return new(
            tensor(types).reshape(B, Q), tensor(starts).reshape(B, Q), tensor(ends).reshape(B, Q),
            tensor(scores).reshape(B, Q).to(output.Types.dtype), tensor(counts));
    }

    private sealed record Claim(int Type, int Start, int End, double Score)
    {
        public HashSet<int> Tokens => [.. Enumerable.Range(Start, End - Start + 1)];
    }

    private static Claim? Claimed(double[] type, double[] start, double[] end)
    {
        var likeliest = Array.IndexOf(type, type.Max());
        var (best, at) = (double.NegativeInfinity, (Start: -1, End: -1));
        for (var e = 0; e < end.Length; e++)
            for (var s = e; s >= 0; s--)
                if (start[s] + end[e] > best)
                    (best, at) = (start[s] + end[e], (s, e));
        return likeliest == type.Length - 1 || at.Start < 0 || double.IsNegativeInfinity(type[likeliest])
            ? null
            : new(likeliest, at.Start, at.End, type[likeliest] + best - LogSum(type) - LogSum(start) - LogSum(end));
    }

    private static double LogSum(double[] z) => z.Max() + Math.Log(z.Sum(x => Math.Exp(x - z.Max())));

    private static bool RulesOut(Claim claim, Claim other, SpanOverlap overlap)
    {
        var (mine, theirs) = (claim.Tokens, other.Tokens);
        var twice = claim.Type == other.Type && mine.SetEquals(theirs);
        return overlap switch
        {
            SpanOverlap.Any => twice,
            SpanOverlap.Nested => twice || (mine.Overlaps(theirs) && !mine.IsSubsetOf(theirs) && !mine.IsSupersetOf(theirs)),
            _ => mine.Overlaps(theirs),
        };
    }

    /// <summary>What slots say that is no output.</summary>
    public static IEnumerable<BadInput<TOp>> BadOutputs<TOp>(string output, Action<TOp, SlotOutput> call)
        where TOp : Delegate =>
    [
        new("null for types", output, () => [ones(1, 2, 4)], (op, x) => call(op, new(null!, x[0], x[0]))),
        new("integer types", output, () => [ones(1, 2, 3, dtype: ScalarType.Int64), ones(1, 2, 4)], (op, x) => call(op, new(x[0], x[1], x[1]))),
        new("types of one sentence without its dimension", output, () => [ones(2, 3), ones(1, 2, 4)], (op, x) => call(op, new(x[0], x[1], x[1]))),
        new("no type beside \"no entity\"", output, () => [ones(1, 2, 1), ones(1, 2, 4)], (op, x) => call(op, new(x[0], x[1], x[1]))),
        new("null for starts", output, () => [ones(1, 2, 3), ones(1, 2, 4)], (op, x) => call(op, new(x[0], null!, x[1]))),
        new("starts of another number of slots", output, () => [ones(1, 2, 3), ones(1, 3, 4)], (op, x) => call(op, new(x[0], x[1], x[1]))),
        new("starts of no token", output, () => [ones(1, 2, 3), ones(1, 2, 0)], (op, x) => call(op, new(x[0], x[1], x[1]))),
        new("starts of another dtype", output, () => [ones(1, 2, 3), ones(1, 2, 4, dtype: ScalarType.Float64)], (op, x) => call(op, new(x[0], x[1], x[1]))),
        new("ends of another number of tokens", output, () => [ones(1, 2, 3), ones(1, 2, 4), ones(1, 2, 5)], (op, x) => call(op, new(x[0], x[1], x[2]))),
        new("ends of another dtype", output, () => [ones(1, 2, 3), ones(1, 2, 4), ones(1, 2, 4, dtype: ScalarType.Float64)], (op, x) => call(op, new(x[0], x[1], x[2]))),
        new("ends on another device", output, () => [ones(1, 2, 3), ones(1, 2, 4), ones([1, 2, 4], device: META)], (op, x) => call(op, new(x[0], x[1], x[2]))),
    ];

    /// <summary>Scores that no network in order puts out.</summary>
    public static IEnumerable<BadInput<TOp>> NoNumbers<TOp>(Action<TOp, SlotOutput> call)
        where TOp : Delegate =>
    [
        new("a type that is NaN", "output", () => [full([1, 2, 3], float.NaN), ones(1, 2, 4)], (op, x) => call(op, new(x[0], x[1], x[1]))),
        new("a start that is NaN", "output", () => [ones(1, 2, 3), full([1, 2, 4], float.NaN), ones(1, 2, 4)], (op, x) => call(op, new(x[0], x[1], x[2]))),
        new("an end that is +∞", "output", () => [ones(1, 2, 3), ones(1, 2, 4), full([1, 2, 4], float.PositiveInfinity)], (op, x) => call(op, new(x[0], x[1], x[2]))),
    ];

    /// <summary>Bad outputs, targets and weights.</summary>
    public static IEnumerable<BadInput<TOp>> BadInputs<TOp>(Action<TOp, SlotOutput, SlotTargets, SlotWeights?> call)
        where TOp : Delegate =>
    [
        .. BadOutputs<TOp>("output", (op, output) => WithTwo((targets) => call(op, output, targets, null))),
        Bad<TOp>("null for targets", "targets", (op, o, _) => call(op, o, null!, null)),
        Bad<TOp>("targets of another number of sentences", "targets", (op, o, _) => call(op, o, Two(2), null)),
        Bad<TOp>("an entity of no type", "targets", (op, o, t) => call(op, o, new(t.Types + 1, t.Starts, t.Ends, t.Counts), null)),
        Bad<TOp>("an entity of type -1", "targets", (op, o, t) => call(op, o, new(t.Types - 1, t.Starts, t.Ends, t.Counts), null)),
        Bad<TOp>("an entity behind the last token", "targets", (op, o, t) => call(op, o, new(t.Types, t.Starts, t.Ends + 2, t.Counts), null)),
        Bad<TOp>("an entity that starts in padding", "targets", (op, o, t) => call(op, new(o.Types, Masked(o.Starts, 0), o.Ends), t, null)),
        Bad<TOp>("an entity that ends in padding", "targets", (op, o, t) => call(op, new(o.Types, o.Starts, Masked(o.Ends, 2)), t, null)),
        Bad<TOp>("a negative weight", "weights", (op, o, t) => call(op, o, t, new() { Boundary = -1 })),
        Bad<TOp>("no weight for \"no entity\"", "weights", (op, o, t) => call(op, o, t, new() { NoEntity = 0 })),
        Bad<TOp>("a weight that is no number", "weights", (op, o, t) => call(op, o, t, new() { Type = double.NaN })),

        // Targets refuse these themselves.
        Bad<TOp>("null for the types of targets", "types", (op, o, t) => _ = new SlotTargets(null!, t.Starts, t.Ends, t.Counts)),
        Bad<TOp>("types in float", "types", (op, o, t) => _ = new SlotTargets(ones(1, 2), t.Starts, t.Ends, t.Counts)),
        Bad<TOp>("types of one sentence without its dimension", "types", (op, o, t) => _ = new SlotTargets(t.Types[0], t.Starts, t.Ends, t.Counts)),
        Bad<TOp>("a start too few", "starts", (op, o, t) => _ = new SlotTargets(t.Types, t.Starts[.., ..1], t.Ends, t.Counts)),
        Bad<TOp>("a start below 0", "starts", (op, o, t) => _ = new SlotTargets(t.Types, t.Starts - 2, t.Ends, t.Counts)),
        Bad<TOp>("an end before its start", "ends", (op, o, t) => _ = new SlotTargets(t.Types, t.Starts, t.Ends - 2, t.Counts)),
        Bad<TOp>("more entities than places", "counts", (op, o, t) => _ = new SlotTargets(t.Types, t.Starts, t.Ends, t.Counts + 1)),
        Bad<TOp>("counts in float", "counts", (op, o, t) => _ = new SlotTargets(t.Types, t.Starts, t.Ends, ones(1))),
    ];

    /// <summary>Two slots, two types and four tokens; two entities, on tokens 0 to 2 and 1 to 2.</summary>
    private static BadInput<TOp> Bad<TOp>(string what, string parameter, Action<TOp, SlotOutput, SlotTargets> call)
        where TOp : Delegate => new(what, parameter, () => [ones(1, 2, 3), ones(1, 2, 4)], (op, x) => WithTwo(targets => call(op, new(x[0], x[1], x[1]), targets)));

    private static void WithTwo(Action<SlotTargets> call)
    {
        using var scope = NewDisposeScope();
        call(Two(1));
    }

    private static SlotTargets Two(int sentences) => new(
        tensor(new long[,] { { 0, 1 } }).repeat(sentences, 1), tensor(new long[,] { { 0, 1 } }).repeat(sentences, 1),
        tensor(new long[,] { { 2, 2 } }).repeat(sentences, 1), full([sentences], 2, ScalarType.Int64));

    private static Tensor Masked(Tensor logits, long token) =>
        logits.masked_fill(arange(logits.size(2)) == token, double.NegativeInfinity);
}

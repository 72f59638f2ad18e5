using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sets;

/// <summary>What slots say of sentences, and the entities that are there.</summary>
public sealed record SlotCase : Case
{
    /// <summary>Sentences B.</summary>
    public required int B { get; init; }

    /// <summary>Slots Q.</summary>
    public required int Q { get; init; }

    /// <summary>Entities M of the fullest sentence.</summary>
    public required int M { get; init; }

    /// <summary>Types K.</summary>
    public required int K { get; init; }

    /// <summary>Tokens T of the longest sentence.</summary>
    public required int T { get; init; }

    /// <summary>Whether sentences differ in length; some have no token.</summary>
    public bool Masked { get; init; }

    /// <summary>Whether the op is told what there is.</summary>
    public bool Targets { get; init; } = true;

    /// <summary>Whether the op has a gradient.</summary>
    public bool Differentiable { get; init; }

    /// <summary>Whether the op is told which slot answers for what.</summary>
    public bool Matched { get; init; }

    /// <summary>Every sentence has M entities.</summary>
    public bool Full { get; init; }

    /// <summary>Which spans may stand beside each other.</summary>
    public SpanOverlap Overlap { get; init; }

    /// <summary>How many outputs count examples.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>Weights that are all different.</summary>
    internal static SlotWeights Weights => new() { Type = 1.5, Boundary = 0.7, NoEntity = 0.3 };

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => Differentiable ? [] : [.. Enumerable.Repeat(0, Outputs)];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        int? batch = Differentiable ? null : 0;
        var lengths = full([B], T, ScalarType.Int64);
        if (Masked)                                                                              // no sentence of one token: all pointers would be alike
        {
            lengths = Numbers(3).Indices(T + 1, B);
            lengths = lengths.masked_fill(lengths == 1, 0);
        }
        return
        [
            Said("types", Numbers().Reals(B, Q, K + 1)), Said("starts", Numbers(1).Reals(B, Q, T)), Said("ends", Numbers(2).Reals(B, Q, T)),
            new("lengths", lengths) { BatchDim = batch },
            .. Targets ? Entities(lengths, batch) : [],
            .. Matched ? new Argument[] { new("slots", Slots()) } : [],
        ];

        Argument Said(string name, Tensor value) => new(name, value)
        {
            Differentiable = Differentiable,
            BatchDim = batch,
            Extremes = Matched ? [1e4, -1e4] : [],
            ExtremesOfValue = !Targets ? [1e4, -1e4, double.NegativeInfinity] : name == "types" ? [1e4, -1e4] : [],   // equal costs have more than one answer
        };
    }

    /// <summary>Types, starts, ends and counts: spans within each sentence, none where there is no token, and no two the same.</summary>
    private IEnumerable<Argument> Entities(Tensor lengths, int? batch)
    {
        var all = (from type in Enumerable.Range(0, K) from end in Enumerable.Range(0, T) from start in Enumerable.Range(0, end + 1) select new long[] { type, start, end }).ToArray();
        var kinds = tensor(all.SelectMany(e => e).ToArray()).reshape(all.Length, 3);
        var fits = kinds.select(1, 2).unsqueeze(0) < lengths.unsqueeze(1);                       // [B, kinds]
        var order = (Numbers(4).Between(0, 1, B, all.Length) + fits.logical_not()).argsort(1);
        order = cat([order, zeros([B, M], ScalarType.Int64)], 1).narrow(1, 0, M);
        var chosen = kinds.index_select(0, order.flatten()).reshape(B, M, 3);
        var counts = minimum(Full ? full([B], M, ScalarType.Int64) : Numbers(7).Indices(M + 1, B), fits.sum(1));
        return
        [
            new("entities", chosen.select(2, 0).clone()) { BatchDim = batch }, new("firsts", chosen.select(2, 1).clone()) { BatchDim = batch },
            new("lasts", chosen.select(2, 2).clone()) { BatchDim = batch }, new("counts", counts) { BatchDim = batch },
        ];
    }

    /// <summary>A slot for most entities, none twice.</summary>
    private Tensor Slots()
    {
        var chosen = Numbers(8).Between(0, 1, B, Math.Max(Q, M)).argsort(1).narrow(1, 0, M);
        return chosen.masked_fill((chosen >= Q).logical_or(Numbers(9).Mask(0.2, B, M)), Matching.Unmatched);
    }

    /// <summary>The records of drawn tensors: -∞ behind each sentence, and no entity there.</summary>
    internal static (SlotOutput Output, SlotTargets Targets) Records(IReadOnlyList<Tensor> drawn)
    {
        var output = Said(drawn);
        var last = drawn[3].unsqueeze(1) - 1;
        var counts = drawn[7].masked_fill(drawn[3] == 0, 0);
        var valid = arange(drawn[4].size(1)) < counts.unsqueeze(1);
        var starts = where(valid, minimum(drawn[5], last), drawn[5]);
        return (output, new(drawn[4], starts, where(valid, maximum(minimum(drawn[6], last), starts), drawn[6]), counts));
    }

    /// <summary>What slots say, -∞ behind each sentence.</summary>
    internal static SlotOutput Said(IReadOnlyList<Tensor> drawn)
    {
        var outside = (arange(drawn[1].size(2)) >= drawn[3].unsqueeze(1)).unsqueeze(1);
        return !outside.any().ToBoolean() ? new(drawn[0], drawn[1].alias(), drawn[2].alias()) : new(drawn[0], drawn[1].masked_fill(outside, double.NegativeInfinity), drawn[2].masked_fill(outside, double.NegativeInfinity));
    }

    /// <summary>Gives an op what is made of drawn tensors, and frees that, and nothing else, afterwards: what the op leaves behind is seen.</summary>
    internal static Tensor[] Give(Func<SlotOutput, SlotTargets, Tensor[]> op, IReadOnlyList<Tensor> drawn, bool targets = true)
    {
        var made = NewDisposeScope();
        var (output, there) = targets ? Records(drawn) : (Said(drawn), null!);
        Tensor[] all = [output.Starts, output.Ends, .. targets ? new[] { there.Starts, there.Ends, there.Counts } : []];
        foreach (var tensor in all)
            tensor.MoveToOuterDisposeScope();
        made.Dispose();
        var answer = op(output, there);
        foreach (var tensor in all)
            tensor.Dispose();
        return answer;
    }

    /// <summary>Other entities in the padding, types and tokens that there are not.</summary>
    internal static IReadOnlyList<Argument> Disturbed(IReadOnlyList<Argument> arguments)
    {
        var padded = arange(arguments[4].Value.size(1)) >= arguments[7].Value.unsqueeze(1);
        return [.. arguments.Select(a => a.Name switch
        {
            "entities" => a.With(a.Value.masked_fill(padded, 99)),
            "firsts" => a.With(a.Value.masked_fill(padded, 77)),
            "lasts" => a.With(a.Value.masked_fill(padded, -3)),
            _ => a,
        })];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (Q > 1)
            yield return this with { Q = Q - 1 };
        if (M > 1)
            yield return this with { M = M - 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (T > 2)
            yield return this with { T = T - 1 };
        if (Masked)
            yield return this with { Masked = false };
        // Not by decimals: equal costs have more than one answer.
    }

    /// <summary>Up to three sentences of five tokens and four entities, and five slots.</summary>
    internal static Gen<SlotCase> Any =>
        from b in Gen.Choose(1, 3)
        from q in Gen.Choose(1, 5)
        from m in Gen.Choose(0, 4)
        from k in Gen.Choose(1, 3)
        from t in Gen.Choose(2, 5)
        from masked in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SlotCase { B = b, Q = q, M = m, K = k, T = t, Masked = masked, Seed = seed };
}

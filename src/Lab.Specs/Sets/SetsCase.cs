using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sets;

/// <summary>What queries say of pictures, and the objects that are there.</summary>
public sealed record SetsCase : Case
{
    /// <summary>Pictures B.</summary>
    public required int B { get; init; }

    /// <summary>Queries Q.</summary>
    public required int Q { get; init; }

    /// <summary>Objects M of the fullest picture.</summary>
    public required int M { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>How classes are put out.</summary>
    public ClassKind Kind { get; init; }

    /// <summary>Whether the op has a gradient.</summary>
    public bool Differentiable { get; init; }

    /// <summary>Whether the op is told who answers for what.</summary>
    public bool Matched { get; init; }

    /// <summary>Every picture has M objects.</summary>
    public bool Full { get; init; }

    /// <summary>Weights that are all different.</summary>
    public SetWeights Weights => new() { Class = 1.5, Box = 4, Overlap = 2.5, NoObject = 0.2, Kind = Kind };

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => Differentiable ? [] : [0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        IReadOnlyList<double> extremes = [1e4, -1e4];
        int? batch = Differentiable ? null : 0;
        return
        [
            new("logits", Numbers().Reals(B, Q, K + (Kind == ClassKind.Softmax ? 1 : 0)))
            {
                Differentiable = Differentiable,
                BatchDim = batch,
                ExtremesOfValue = extremes,
            },
            new("boxes", Boxes(1, Q)) { Differentiable = Differentiable, BatchDim = batch },
            new("labels", Numbers(3).Indices(K, B, M)) { BatchDim = batch },
            new("trueBoxes", Boxes(4, M)) { BatchDim = batch },
            new("counts", Full ? full([B], M, ScalarType.Int64) : Numbers(6).Indices(M + 1, B)) { BatchDim = batch },
            .. Matched ? new Argument[] { new("queries", Queries()) } : [],
        ];
    }

    private Tensor Boxes(int stream, int count) =>
        cat([Numbers(stream).Between(0.1, 0.9, B, count, 2), Numbers(stream + 1).Between(0.1, 0.7, B, count, 2)], 2);

    /// <summary>A query for most targets, none twice.</summary>
    private Tensor Queries()
    {
        var chosen = Numbers(7).Between(0, 1, B, Math.Max(Q, M)).argsort(1).narrow(1, 0, M);
        return chosen.masked_fill((chosen >= Q).logical_or(Numbers(8).Mask(0.2, B, M)), Matching.Unmatched);
    }

    /// <summary>The records of drawn tensors.</summary>
    internal static (QueryOutput Output, SetTargets Targets) Records(IReadOnlyList<Tensor> drawn) =>
        (new(drawn[0], drawn[1]), new(drawn[2], drawn[3], drawn[4]));

    /// <summary>Other objects in the padding: NaN boxes, and labels that there are not.</summary>
    internal static IReadOnlyList<Argument> Disturbed(IReadOnlyList<Argument> arguments)
    {
        var padded = arange(arguments[2].Value.size(1)) >= arguments[4].Value.unsqueeze(1);
        return [.. arguments.Select(a => a.Name switch
        {
            "labels" => a.With(a.Value.masked_fill(padded, 99)),
            "trueBoxes" => a.With(a.Value.masked_fill(padded.unsqueeze(2), double.NaN)),
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
        if (Kind != ClassKind.Softmax)
            yield return this with { Kind = ClassKind.Softmax };
        // Not by decimals: equal costs have more than one answer.
    }

    /// <summary>Up to three pictures of four objects, and five queries.</summary>
    public static Gen<SetsCase> Any =>
        from b in Gen.Choose(1, 3)
        from q in Gen.Choose(1, 5)
        from m in Gen.Choose(0, 4)
        from k in Gen.Choose(1, 3)
        from kind in Gen.Elements(ClassKind.Softmax, ClassKind.Focal)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SetsCase { B = b, Q = q, M = m, K = k, Kind = kind, Seed = seed };
}

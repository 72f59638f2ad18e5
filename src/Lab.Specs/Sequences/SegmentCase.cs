using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>The tensors of a semi-Markov CRF, as an op is given them.</summary>
/// <param name="Segments"><c>[B, T, L, K]</c>.</param>
/// <param name="Ends"><c>[B, T]</c>; null where the op takes none.</param>
/// <param name="Tags"><c>[B, T]</c>; null where the op takes none.</param>
/// <param name="Transitions"><c>[K, K]</c>.</param>
/// <param name="Start"><c>[K]</c> or null.</param>
/// <param name="End"><c>[K]</c> or null.</param>
/// <param name="Mask"><c>[B, T]</c> or null.</param>
public sealed record SegmentTensors(
    Tensor Segments, Tensor? Ends, Tensor? Tags, Tensor Transitions, Tensor? Start, Tensor? End, Tensor? Mask);

/// <summary>A few short rows: so few segmentations that all can be looked at.</summary>
public sealed record SegmentCase : Case
{
    /// <summary>Rows B.</summary>
    public required int B { get; init; }

    /// <summary>Places T.</summary>
    public required int T { get; init; }

    /// <summary>The most places of a segment, L.</summary>
    public required int L { get; init; }

    /// <summary>Tags K.</summary>
    public required int K { get; init; }

    /// <summary>Whether rows end early, some at once.</summary>
    public bool Masked { get; init; }

    /// <summary>Whether start and end have scores.</summary>
    public bool Ends { get; init; }

    /// <summary>The share of transitions, starts and ends that are forbidden.</summary>
    public double Forbidden { get; init; }

    /// <summary>Whether the op takes a right segmentation.</summary>
    public bool Tagged { get; init; }

    /// <summary>How many outputs the op has.</summary>
    public int Outputs { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [.. Enumerable.Repeat(0, Outputs)];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var arguments = new List<Argument> { Scores("segments", Numbers().Reals(B, T, L, K)) with { BatchDim = 0 } };
        var mask = arange(T).expand(B, T) < (Masked ? Numbers(8).Indices(T + 1, B, 1) : full([B, 1], T, ScalarType.Int64));
        if (Tagged)
        {
            arguments.Add(new("ends", Cuts(mask)) { BatchDim = 0 });
            arguments.Add(new("tags", Numbers(1).Indices(K, B, T)) { BatchDim = 0 });
        }
        arguments.Add(Scores("transitions", Forbid(2, Numbers(3).Reals(K, K))));
        if (Ends)
            arguments.AddRange([Scores("start", Forbid(4, Numbers(5).Reals(K))), Scores("end", Forbid(6, Numbers(7).Reals(K)))]);
        if (Masked)
            arguments.Add(new("mask", mask) { BatchDim = 0 });
        return arguments;
    }

    /// <summary>What was drawn, by name.</summary>
    public SegmentTensors Unpack(IReadOnlyList<Tensor> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var next = 1;
        return new(
            arguments[0], Tagged ? arguments[next++] : null, Tagged ? arguments[next++] : null, arguments[next++],
            Ends ? arguments[next++] : null, Ends ? arguments[next++] : null, Masked ? arguments[next] : null);
    }

    /// <summary>What is drawn, by name.</summary>
    public SegmentTensors Drawn() => Unpack([.. Draw().Select(a => a.Value)]);

    /// <summary>NaN, huge numbers and tags that are none in all padded places; null where there are none.</summary>
    public IReadOnlyList<Argument>? DisturbPadding(IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.FirstOrDefault(a => a.Name == "mask")?.Value is not { } mask || mask.all().ToBoolean())
            return null;
        var garbage = where(Numbers(9).Mask(0.5, B, T, L, K), tensor(double.NaN), tensor(1e30));
        return [.. arguments.Select(a => a.Name switch
        {
            "segments" => a.With(where(mask.unsqueeze(2).unsqueeze(3), a.Value, garbage)),
            "tags" => a.With(a.Value.masked_fill(mask.logical_not(), -100)),
            "ends" => a.With(a.Value.logical_or(mask.logical_not())),
            _ => a,
        })];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (L > 1)
            yield return this with { L = L - 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (Masked)
            yield return this with { Masked = false };
        if (Ends)
            yield return this with { Ends = false };
        if (Forbidden > 0)
            yield return this with { Forbidden = 0 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to five places, three tags, and segments of up to six places.</summary>
    internal static Gen<SegmentCase> Any =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(1, 3)
        from t in Gen.Choose(1, k > 2 ? 4 : 5)
        from l in Gen.Choose(1, 6)
        from masked in Gen.Elements(false, true)
        from ends in Gen.Elements(false, true)
        from forbidden in Gen.Elements(0.0, 0.0, 0.3)
        from scale in Gen.Elements(0.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SegmentCase { B = b, T = t, L = l, K = k, Masked = masked, Ends = ends, Forbidden = forbidden, Scale = scale, Seed = seed };

    private static Argument Scores(string name, Tensor value) =>
        new(name, value) { Differentiable = true, Extremes = [1e4, -1e4, double.NegativeInfinity] };

    private Tensor Forbid(int stream, Tensor scores) =>
        Forbidden == 0 ? scores : scores.masked_fill(Numbers(stream).Mask(Forbidden, scores.shape), double.NegativeInfinity);

    /// <summary>Random ends, none further than L from the one before; the last valid place may or may not be marked.</summary>
    private Tensor Cuts(Tensor mask)
    {
        var ends = Numbers(10).Mask(0.4, B, T).logical_and(mask);
        for (var b = 0; b < B; b++)
        {
            var (length, open) = (mask[b].sum().ToInt32(), 0);
            for (var t = 0; t < length; t++)
            {
                open++;
                if (open == L)
                    ends[b, t] = true;
                if (ends[b, t].ToBoolean())
                    open = 0;
            }
        }
        return ends;
    }
}

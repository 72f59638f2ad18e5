using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>Which places of a chain are valid.</summary>
public enum Masking
{
    /// <summary>No mask: all.</summary>
    None,

    /// <summary>The first few; a chain may have none.</summary>
    Prefix,

    /// <summary>Any.</summary>
    Holes,
}

/// <summary>The tensors of a CRF, as an op is given them.</summary>
/// <param name="Emissions"><c>[B, T, K]</c>.</param>
/// <param name="Tags"><c>[B, T]</c>; null where the op takes none.</param>
/// <param name="Transitions"><c>[K, K]</c>.</param>
/// <param name="Start"><c>[K]</c> or null.</param>
/// <param name="End"><c>[K]</c> or null.</param>
/// <param name="Mask"><c>[B, T]</c> or null.</param>
public sealed record ChainTensors(Tensor Emissions, Tensor? Tags, Tensor Transitions, Tensor? Start, Tensor? End, Tensor? Mask);

/// <summary>A few short chains over a few tags: so few paths that all can be looked at.</summary>
public sealed record ChainCase : Case
{
    /// <summary>Chains B.</summary>
    public required int B { get; init; }

    /// <summary>Places T.</summary>
    public required int T { get; init; }

    /// <summary>Tags K.</summary>
    public required int K { get; init; }

    /// <summary>Which places are valid.</summary>
    public Masking Masking { get; init; }

    /// <summary>Whether start and end have scores.</summary>
    public bool Ends { get; init; }

    /// <summary>The share of transitions, starts and ends that are forbidden.</summary>
    public double Forbidden { get; init; }

    /// <summary>How the recursions are computed.</summary>
    public CrfForm Form { get; init; }

    /// <summary>Paths N, where the op gives several.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The margin per wrong tag.</summary>
    public double Cost { get; init; } = 1;

    /// <summary>Whether the op takes tags.</summary>
    public bool Tagged { get; init; }

    /// <summary>How many outputs the op has.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>Extreme scores with which value and gradient must be right.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [1e4, -1e4, double.NegativeInfinity];

    /// <summary>Scores with which the value must be right.</summary>
    public IReadOnlyList<double> ExtremesOfValue { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [.. Enumerable.Repeat(0, Outputs)];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var arguments = new List<Argument>
        {
            Scores("emissions", Numbers().Reals(B, T, K)) with { BatchDim = 0 },
        };
        if (Tagged)
            arguments.Add(new("tags", Numbers(1).Indices(K, B, T)) { BatchDim = 0 });
        arguments.Add(Scores("transitions", Forbid(2, Numbers(3).Reals(K, K))));
        if (Ends)
            arguments.AddRange([Scores("start", Forbid(4, Numbers(5).Reals(K))), Scores("end", Forbid(6, Numbers(7).Reals(K)))]);
        if (Masking != Masking.None)
            arguments.Add(new("mask", Mask()) { BatchDim = 0 });
        return arguments;
    }

    /// <summary>What was drawn, by name.</summary>
    public ChainTensors Unpack(IReadOnlyList<Tensor> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var next = 1;
        return new(
            arguments[0], Tagged ? arguments[next++] : null, arguments[next++], Ends ? arguments[next++] : null,
            Ends ? arguments[next++] : null, Masking == Masking.None ? null : arguments[next]);
    }

    /// <summary>What is drawn, by name.</summary>
    public ChainTensors Drawn() => Unpack([.. Draw().Select(a => a.Value)]);

    /// <summary>The arguments with NaN, huge numbers and tags that are none in all padded places; null where there are none.</summary>
    public IReadOnlyList<Argument>? DisturbPadding(IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.FirstOrDefault(a => a.Name == "mask")?.Value is not { } mask || mask.all().ToBoolean())
            return null;
        var garbage = where(Numbers(9).Mask(0.5, B, T, K), tensor(double.NaN), tensor(1e30));
        return [.. arguments.Select(a => a.Name switch
        {
            "emissions" => a.With(where(mask.unsqueeze(2), a.Value, garbage)),
            "tags" => a.With(where(mask, a.Value, where(Numbers(10).Mask(0.5, B, T), tensor(-100L), tensor(1_000_000L)))),
            _ => a,
        })];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = (B + 1) / 2 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (K > 2)
            yield return this with { K = K - 1 };
        if (Masking != Masking.None)
            yield return this with { Masking = Masking.None };
        if (Ends)
            yield return this with { Ends = false };
        if (Forbidden > 0)
            yield return this with { Forbidden = 0 };
        if (Count > 1)
            yield return this with { Count = Count - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to 256 paths, with and without masks, ends and forbidden transitions.</summary>
    internal static Gen<ChainCase> Any =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(1, 4)
        from t in Gen.Choose(1, k > 3 ? 4 : 5)
        from masking in Gen.Elements(Masking.None, Masking.Prefix, Masking.Prefix, Masking.Holes)
        from ends in Gen.Elements(false, true, true)
        from forbidden in Gen.Elements(0.0, 0.0, 0.3)
        from form in Gen.Elements(CrfForm.Auto, CrfForm.Loop, CrfForm.Scan, CrfForm.Kernel)
        from scale in Gen.Elements(0.0, 1.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ChainCase
        {
            B = b,
            T = t,
            K = k,
            Masking = masking,
            Ends = ends,
            Forbidden = forbidden,
            Form = form,
            Scale = scale,
            Seed = seed,
        };

    private Argument Scores(string name, Tensor value) =>
        new(name, value) { Differentiable = true, Extremes = Extremes, ExtremesOfValue = ExtremesOfValue };

    private Tensor Forbid(int stream, Tensor scores) =>
        Forbidden == 0 ? scores : scores.masked_fill(Numbers(stream).Mask(Forbidden, scores.shape), double.NegativeInfinity);

    private Tensor Mask() => Masking == Masking.Holes
        ? Numbers(8).Mask(0.6, B, T)
        : arange(T).expand(B, T) < Numbers(8).Indices(T + 1, B, 1);
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Similarities;

/// <summary>Vectors of D entries that are compared one by one: pairs, or triplets.</summary>
public sealed record VectorsCase : Case
{
    /// <summary>How many: all dimensions but the last.</summary>
    public required TensorShape Leading { get; init; }

    /// <summary>Entries D.</summary>
    public required int D { get; init; }

    /// <summary>The share of second vectors that equal the first.</summary>
    public double Equal { get; init; }

    /// <summary>Whether pairs come with a yes or no.</summary>
    public bool Labelled { get; init; }

    /// <summary>The loss's margin.</summary>
    public double Margin { get; init; } = 1;

    /// <summary>A third vector, and the names of a triplet's.</summary>
    public bool Triplet { get; init; }

    private int Rank => Leading.Sizes.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => Rank == 0 ? [] : [0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        long[] shape = [.. Leading.Sizes, D];
        var (first, other) = (Numbers().Reals(shape), Numbers(1).Reals(shape));
        var second = where(Numbers(2).Mask(Equal, Leading.Sizes).unsqueeze(-1), first, other);
        if (Triplet)
            return [Vectors("anchors", first), Vectors("positives", second), Vectors("negatives", Numbers(3).Reals(shape))];
        return Labelled
            ? [Vectors("first", first), Vectors("second", second), new("same", Numbers(4).Mask(0.5, Leading.Sizes)) { BatchDim = BatchDim }]
            : [Vectors("first", first), Vectors("second", second)];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Leading.Shrink())
            yield return this with { Leading = smaller };
        if (Rank > 0)
            yield return this with { Leading = Leading.Without(0) };
        if (D > 1)
            yield return this with { D = D - 1 };
        if (Equal > 0)
            yield return this with { Equal = 0 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to eight vectors of up to five entries, with and without equal ones.</summary>
    public static Gen<VectorsCase> Any =>
        from leading in Gen.Elements([], [1], [4], [7], new long[] { 2, 3 })
        from d in Gen.Choose(1, 5)
        from equal in Gen.Elements(0.0, 0.0, 0.5, 1.0)
        from scale in Gen.Elements(0.0, 1.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new VectorsCase { Leading = new(leading), D = d, Equal = equal, Scale = scale, Seed = seed };

    /// <summary>Whether no distance is 0, where it has no slope.</summary>
    public bool HasDistance => Scale > 0 && Equal == 0 && Decimals is null;

    private int? BatchDim => Rank == 0 ? null : 0;

    private Argument Vectors(string name, Tensor value) => new(name, value)
    {
        Differentiable = true,
        BatchDim = BatchDim,
        Extremes = [1e4, -1e4],
        ExtremesOfValue = [double.NaN],
    };
}

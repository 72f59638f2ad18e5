using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Activations;

/// <summary>Logits of any rank, and the dimension that holds the classes.</summary>
public sealed record LogitsCase : Case
{
    /// <summary>Sizes, rank 1 to 4.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>The dimension that the op works along; negative counts from the end.</summary>
    public int Dim { get; init; }

    /// <summary>Whether the op keeps that dimension, where it reduces.</summary>
    public bool KeepDim { get; init; }

    /// <summary>Softmax's temperature; null means 1.</summary>
    public double? Temperature { get; init; }

    /// <summary>The least length that vectors are divided by, where the op has one.</summary>
    public double? Epsilon { get; init; }

    /// <summary>Entries of extreme size that the op must bear, in value and gradient.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [];

    /// <summary>Entries that the op must bear in value.</summary>
    public IReadOnlyList<double> ExtremesOfValue { get; init; } = [];

    /// <summary>The name of the op's tensor parameter.</summary>
    public string Name { get; init; } = "logits";

    /// <summary>Whether the op gives one number per row instead of one per entry.</summary>
    public bool Reduces { get; init; }

    /// <summary>Whether the op treats each entry by itself, and any rank will do.</summary>
    internal bool Elementwise { get; init; }

    private int Rank => Shape.Sizes.Length;

    private int Along => Dim < 0 ? Dim + Rank : Dim;

    /// <summary>The first dimension that is not the classes'; none in rank 1, or 0 where each entry is an example.</summary>
    private int? BatchDim => Elementwise ? (Rank == 0 ? null : 0) : Rank == 1 ? null : Along == 0 ? 1 : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims =>
        BatchDim is not { } dim ? [] : [Reduces && !KeepDim && dim > Along ? dim - 1 : dim];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new(Name, Numbers().Reals(Shape.Sizes))
        {
            Differentiable = true, BatchDim = BatchDim, Extremes = Extremes, ExtremesOfValue = ExtremesOfValue,
        },
    ];

    /// <summary>The same with sizes that a kernel has loops for: long rows, wide columns, and what is left over of either.</summary>
    public LogitsCase Enlarged()
    {
        var sizes = Shape.Sizes.ToArray();
        sizes[^1] += Along == Rank - 1 ? 4100 : 839;
        sizes[Along] += Along == Rank - 1 ? 0 : 4;
        return this with { Shape = new(sizes) };
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        for (var d = 0; d < Rank && Rank > 1; d++)
            if (Elementwise || d != Along)
                yield return this with { Shape = Shape.Without(d), Dim = Elementwise ? 0 : Along > d ? Along - 1 : Along };
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        if (Dim < 0)
            yield return this with { Dim = Along };
        if (KeepDim)
            yield return this with { KeepDim = false };
        if (Temperature is not null)
            yield return this with { Temperature = null };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Shapes of rank 1 to 4 with each dimension in turn, ties, usual sizes, and sizes past where exp overflows.</summary>
    public static Gen<LogitsCase> Any =>
        from rank in Gen.Choose(1, 4)
        from sizes in Gen.Choose(1, 5).ArrayOf(rank)
        from dim in Gen.Choose(-rank, rank - 1)
        from keep in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new LogitsCase
        {
            Shape = new([.. sizes.Select(s => (long)s)]),
            Dim = dim,
            KeepDim = keep,
            Scale = scale,
            Seed = seed,
        };

    /// <summary>The same for ops that treat each entry by itself: no dimension stands out, and a scalar will do.</summary>
    public static Gen<LogitsCase> AnyElementwise =>
        from c in Any
        from scalar in Gen.Frequency((1, Gen.Constant(true)), (9, Gen.Constant(false)))
        select c with { Elementwise = true, Dim = 0, KeepDim = false, Shape = scalar ? new([]) : c.Shape };
}

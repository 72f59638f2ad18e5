using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Similarities;

/// <summary>A batch of labelled vectors, to choose triplets from.</summary>
public sealed record TripletsCase : Case
{
    /// <summary>Vectors B.</summary>
    public required int B { get; init; }

    /// <summary>Entries D.</summary>
    public required int D { get; init; }

    /// <summary>Labels are drawn from so many classes.</summary>
    public required int Classes { get; init; }

    /// <summary>The loss's margin.</summary>
    public required double Margin { get; init; }

    /// <summary>Entries are whole numbers, so that many distances are equal, to each other and to the margin.</summary>
    public bool Ties { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => []; // the examples of a batch are compared

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var vectors = Numbers().Reals(B, D);
        return
        [
            new("vectors", Ties ? vectors.round() : vectors) { Extremes = [1e4, -1e4] },
            new("labels", 7 * Numbers(1).Indices(Classes, B) - 3),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (D > 1)
            yield return this with { D = D - 1 };
        if (Classes > 1)
            yield return this with { Classes = Classes - 1 };
        if (Decimals is null)
            yield return this with { Decimals = 0 };
    }

    /// <summary>Up to nine vectors of up to three entries, and one to four classes.</summary>
    public static Gen<TripletsCase> Any =>
        from b in Gen.Choose(1, 9)
        from d in Gen.Choose(1, 3)
        from classes in Gen.Choose(1, 4)
        from margin in Gen.Elements(0.2, 1.0, 3.0)
        from ties in Gen.Elements(false, false, true)
        from scale in Gen.Elements(0.0, 1.0, 1.0, 3.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new TripletsCase { B = b, D = d, Classes = classes, Margin = margin, Ties = ties, Scale = scale, Seed = seed };
}

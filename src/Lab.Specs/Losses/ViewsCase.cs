using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Losses;

/// <summary>Two views of each example, as vectors of D entries, and more keys that belong to nobody.</summary>
public sealed record ViewsCase : Case
{
    /// <summary>Queries B.</summary>
    public required int B { get; init; }

    /// <summary>Keys beyond the first B.</summary>
    public int More { get; init; }

    /// <summary>Entries D.</summary>
    public required int D { get; init; }

    /// <summary>Temperature τ.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Keys look for queries too.</summary>
    public bool Symmetric { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => []; // every key is a class for every query

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("queries", Numbers().Reals(B, D)) { Differentiable = true, Extremes = [1e4, -1e4], ExtremesOfValue = [double.NaN] },
        new("keys", Numbers(1).Reals(B + More, D)) { Differentiable = true },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (More > 0)
            yield return this with { More = 0 };
        if (B > 1)
            yield return this with { B = B - 1 };
        if (D > 1)
            yield return this with { D = D - 1 };
        if (Symmetric)
            yield return this with { Symmetric = false };
        if (Temperature != 1)
            yield return this with { Temperature = 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>One to five queries, up to three more keys.</summary>
    public static Gen<ViewsCase> Any =>
        from b in Gen.Choose(1, 5)
        from more in Gen.Choose(0, 3)
        from d in Gen.Choose(1, 5)
        from temperature in Gen.Elements(0.07, 0.5, 1.0)
        from symmetric in Gen.Elements(false, true)
        from scale in Gen.Elements(1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ViewsCase
        {
            B = b,
            More = symmetric ? 0 : more,
            D = d,
            Temperature = temperature,
            Symmetric = symmetric,
            Scale = scale,
            Seed = seed,
        };
}

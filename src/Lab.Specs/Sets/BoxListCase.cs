using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;

namespace Lab.Specs.Sets;

/// <summary>A list of boxes, and the formats that it is turned from and to.</summary>
public sealed record BoxListCase : Case
{
    /// <summary>Sizes before the four numbers; none for a single box.</summary>
    public required TensorShape Lead { get; init; }

    /// <summary>What the numbers are.</summary>
    public BoxFormat From { get; init; }

    /// <summary>What they shall be.</summary>
    public BoxFormat To { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => Lead.Sizes.Length == 0 ? [] : [0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("boxes", Numbers().Reals([.. Lead.Sizes, 4]))
        {
            Differentiable = true,
            BatchDim = Lead.Sizes.Length == 0 ? null : 0,
            Extremes = [1e4, -1e4],
        },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Lead.Shrink())
            yield return this with { Lead = smaller };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to two leading dimensions.</summary>
    public static Gen<BoxListCase> Any =>
        from rank in Gen.Choose(0, 2)
        from sizes in Gen.Choose(1, 4).ArrayOf(rank)
        from source in Gen.Elements(Enum.GetValues<BoxFormat>())
        from goal in Gen.Elements(Enum.GetValues<BoxFormat>())
        from seed in Gen.Choose(0, int.MaxValue)
        select new BoxListCase { Lead = new([.. sizes.Select(s => (long)s)]), From = source, To = goal, Seed = seed };
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Trees;

/// <summary>The tensors of a CRF over dependency trees, as an op is given them.</summary>
/// <param name="Arcs"><c>[B, T + 1, T + 1]</c>.</param>
/// <param name="Heads"><c>[B, T]</c>; null where the op takes none.</param>
/// <param name="Lengths"><c>[B]</c> or null.</param>
public sealed record ArcTensors(Tensor Arcs, Tensor? Heads, Tensor? Lengths);

/// <summary>A few short rows: so few dependency trees that all can be looked at.</summary>
public sealed record ArcCase : Case
{
    /// <summary>Rows B.</summary>
    public required int B { get; init; }

    /// <summary>Words T.</summary>
    public required int T { get; init; }

    /// <summary>Whether exactly one word hangs on the root.</summary>
    public bool SingleRoot { get; init; }

    /// <summary>Whether arcs must not cross.</summary>
    public bool Projective { get; init; }

    /// <summary>Whether rows end early, some at once.</summary>
    public bool Ragged { get; init; }

    /// <summary>The share of arcs that are forbidden.</summary>
    public double Forbidden { get; init; }

    /// <summary>Whether the op takes right heads.</summary>
    public bool Headed { get; init; }

    /// <summary>What a wrong head costs.</summary>
    public int Cost { get; init; }

    /// <summary>Extreme scores with which value and gradient must be right.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [1e4, -1e4, double.NegativeInfinity];

    /// <summary>Scores with which the value must be right.</summary>
    public IReadOnlyList<double> ExtremesOfValue { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var scores = Numbers().Reals(B, T + 1, T + 1);
        if (Forbidden > 0)
            scores = scores.masked_fill(Numbers(1).Mask(Forbidden, B, T + 1, T + 1), double.NegativeInfinity);
        var arguments = new List<Argument>
        {
            new("arcs", scores) { Differentiable = true, BatchDim = 0, Extremes = Extremes, ExtremesOfValue = ExtremesOfValue },
        };
        if (Headed)
            arguments.Add(new("heads", Right()) { BatchDim = 0 });
        if (Ragged)
            arguments.Add(new("lengths", Numbers(2).Indices(T + 1, B)) { BatchDim = 0 });
        return arguments;
    }

    /// <summary>What was drawn, by name.</summary>
    public ArcTensors Unpack(IReadOnlyList<Tensor> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return new(arguments[0], Headed ? arguments[1] : null, Ragged ? arguments[^1] : null);
    }

    /// <summary>What is drawn, by name.</summary>
    public ArcTensors Drawn() => Unpack([.. Draw().Select(a => a.Value)]);

    /// <summary>NaN, huge numbers and heads that are none where nothing is read.</summary>
    public IReadOnlyList<Argument>? DisturbPadding(IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var lengths = arguments.FirstOrDefault(a => a.Name == "lengths")?.Value ?? full([B], T, ScalarType.Int64);
        var place = arange(T + 1);
        var there = place <= lengths.unsqueeze(1);
        var read = there.unsqueeze(2).logical_and(there.unsqueeze(1)).logical_and(place != place.unsqueeze(1)).logical_and(place > 0);
        var garbage = where(Numbers(3).Mask(0.5, B, T + 1, T + 1), tensor(double.NaN), tensor(1e30));
        return [.. arguments.Select(a => a.Name switch
        {
            "arcs" => a.With(where(read, a.Value, garbage)),
            "heads" => a.With(a.Value.masked_fill(there.narrow(1, 1, T).logical_not(), 77)),
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
        if (SingleRoot)
            yield return this with { SingleRoot = false };
        if (Projective)
            yield return this with { Projective = false };
        if (Ragged)
            yield return this with { Ragged = false };
        if (Forbidden > 0)
            yield return this with { Forbidden = 0 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to four words, which have 125 trees.</summary>
    internal static Gen<ArcCase> Any =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 4)
        from single in Gen.Elements(false, true)
        from projective in Gen.Elements(false, true)
        from ragged in Gen.Elements(false, true)
        from forbidden in Gen.Elements(0.0, 0.0, 0.0, 0.3)
        from scale in Gen.Elements(0.0, 1.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ArcCase
        {
            B = b,
            T = t,
            SingleRoot = single,
            Projective = projective,
            Ragged = ragged,
            Forbidden = forbidden,
            Scale = scale,
            Seed = seed,
        };

    /// <summary>A random tree for each row; where rows end early, one that is a tree wherever it is cut off.</summary>
    private Tensor Right()
    {
        if (Ragged)
        {
            var earlier = Numbers(4).Between(0, 1, B, T) * arange(1, T + 1);                       // each word hangs on an earlier one
            return Projective || SingleRoot
                ? arange(T).expand(B, T).clone()                          // on the one before it
                : earlier.floor().to(ScalarType.Int64);
        }
        var trees = AllHeads.Over(T, SingleRoot, Projective);
        return tensor(Numbers(5).Indices(trees.Length, B).data<long>().ToArray()
            .SelectMany(i => trees[i].Select(h => (long)h)).ToArray(), [B, T], ScalarType.Int64);
    }
}

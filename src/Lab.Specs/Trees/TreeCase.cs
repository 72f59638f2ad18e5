using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Trees;

/// <summary>The tensors of a CRF over trees, as an op is given them.</summary>
/// <param name="Spans"><c>[B, T, T, K]</c> or <c>[B, T, T]</c>.</param>
/// <param name="Tree"><c>[B, T, T]</c>; null where the op takes none.</param>
/// <param name="Rules"><c>[K, K, K]</c> or null.</param>
/// <param name="Root"><c>[K]</c> or null.</param>
/// <param name="Lengths"><c>[B]</c> or null.</param>
public sealed record TreeTensors(Tensor Spans, Tensor? Tree, Tensor? Rules, Tensor? Root, Tensor? Lengths);

/// <summary>A few short rows: so few trees that all can be looked at.</summary>
public sealed record TreeCase : Case
{
    /// <summary>Rows B.</summary>
    public required int B { get; init; }

    /// <summary>Words T.</summary>
    public required int T { get; init; }

    /// <summary>Labels K; 0 means scores without a dimension for them.</summary>
    public required int K { get; init; }

    /// <summary>Whether labels see each other.</summary>
    public bool Ruled { get; init; }

    /// <summary>Whether the root's label has a score.</summary>
    public bool Rooted { get; init; }

    /// <summary>Whether rows end early, some at once.</summary>
    public bool Ragged { get; init; }

    /// <summary>The share of spans and rules that are forbidden.</summary>
    public double Forbidden { get; init; }

    /// <summary>Whether the op takes a right tree.</summary>
    public bool Treed { get; init; }

    /// <summary>Whether label 0 means "no constituent".</summary>
    public bool HasEmpty { get; init; }

    /// <summary>How many trees the op is asked for, or the cost of an error.</summary>
    public int Count { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var lengths = Ragged ? Numbers(1).Indices(T + 1, B) : full([B], T, ScalarType.Int64);
        var arguments = new List<Argument>
        {
            Scores("spans", Forbid(2, Numbers().Reals(K == 0 ? [B, T, T] : [B, T, T, K]))) with { BatchDim = 0 },
        };
        if (Treed)
            arguments.Add(new("tree", Right(lengths)) { BatchDim = 0 });
        if (Ruled)
            arguments.Add(Scores("rules", Forbid(3, Numbers(4).Reals(Labels, Labels, Labels))));
        if (Rooted)
            arguments.Add(Scores("root", Numbers(5).Reals(Labels)));
        if (Ragged)
            arguments.Add(new("lengths", lengths) { BatchDim = 0 });
        return arguments;
    }

    /// <summary>K, at least 1.</summary>
    public int Labels => Math.Max(K, 1);

    /// <summary>What was drawn, by name.</summary>
    public TreeTensors Unpack(IReadOnlyList<Tensor> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var next = 1;
        return new(
            arguments[0], Treed ? arguments[next++] : null, Ruled ? arguments[next++] : null, Rooted ? arguments[next++] : null,
            Ragged ? arguments[next] : null);
    }

    /// <summary>What is drawn, by name.</summary>
    public TreeTensors Drawn() => Unpack([.. Draw().Select(a => a.Value)]);

    /// <summary>NaN, huge numbers and labels that are none where nothing is read; null where all is.</summary>
    public IReadOnlyList<Argument>? DisturbPadding(IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var lengths = arguments.FirstOrDefault(a => a.Name == "lengths")?.Value ?? full([B], T, ScalarType.Int64);
        var place = arange(T);
        var outside = (place.unsqueeze(1) <= place).logical_and(place < lengths.reshape(-1, 1, 1)).logical_not();
        var garbage = where(Numbers(6).Mask(0.5, B, T, T), tensor(double.NaN), tensor(1e30));
        return [.. arguments.Select(a => a.Name switch
        {
            "spans" => a.With(K == 0 ? where(outside, garbage, a.Value) : where(outside.unsqueeze(3), garbage.unsqueeze(3), a.Value)),
            "tree" => a.With(a.Value.masked_fill(outside, 77)),
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
        if (K > 0)
            yield return this with { K = K - 1 };
        if (Ruled)
            yield return this with { Ruled = false };
        if (Rooted)
            yield return this with { Rooted = false };
        if (Ragged)
            yield return this with { Ragged = false };
        if (Forbidden > 0)
            yield return this with { Forbidden = 0 };
        if (HasEmpty)
            yield return this with { HasEmpty = false };
        if (Count > 1)
            yield return this with { Count = 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to five words without labels, four with two, three with three.</summary>
    internal static Gen<TreeCase> Any =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(0, 3)
        from t in Gen.Choose(1, k switch { 3 => 3, 2 => 4, _ => 5 })
        from ruled in Gen.Elements(false, true)
        from rooted in Gen.Elements(false, true)
        from ragged in Gen.Elements(false, true)
        from forbidden in Gen.Elements(0.0, 0.0, 0.0, 0.2)
        from scale in Gen.Elements(0.0, 1.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new TreeCase
        {
            B = b,
            T = t,
            K = k,
            Ruled = ruled,
            Rooted = rooted,
            Ragged = ragged,
            Forbidden = forbidden,
            Scale = scale,
            Seed = seed,
        };

    private static Argument Scores(string name, Tensor value) =>
        new(name, value) { Differentiable = true, Extremes = [1e4, -1e4, double.NegativeInfinity] };

    private Tensor Forbid(int stream, Tensor scores) =>
        Forbidden == 0 ? scores : scores.masked_fill(Numbers(stream).Mask(Forbidden, scores.shape), double.NegativeInfinity);

    /// <summary>A random tree for each row; where rows end early, one that is a tree wherever it is cut off.</summary>
    private Tensor Right(Tensor lengths)
    {
        if (Ragged)
        {
            var place = arange(T);
            var grown = (place.unsqueeze(1) == 0).logical_or(place.unsqueeze(1) == place);        // each word, and all up to each
            return Numbers(8).Indices(Labels, B, T, T).masked_fill(grown.logical_not(), -1);
        }
        var pick = Numbers(7).Between(0, 1, B).data<double>().ToArray();
        return stack([.. Enumerable.Range(0, B).Select(b =>
        {
            var words = lengths[b].ToInt32();
            var trees = words == 0 ? [] : AllTrees.Between(0, words - 1, Labels);
            return new AllTrees(trees, empty(0)).Written((int)Math.Min(trees.Length - 1, pick[b] * trees.Length), T);
        })]);
    }
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Graphs;

/// <summary>Logits of graphs, and the graphs that are right.</summary>
public sealed record TargetGraphCase : Case
{
    /// <summary>Graphs.</summary>
    public int B { get; init; } = 1;

    /// <summary>Nodes.</summary>
    public int N { get; init; } = 3;

    /// <summary>Types of nodes.</summary>
    public int A { get; init; } = 2;

    /// <summary>Types of edges.</summary>
    public int E { get; init; } = 2;

    /// <summary>Whether some nodes are padding.</summary>
    public bool Masked { get; init; }

    /// <summary>Whether an order of the target's nodes is given.</summary>
    public bool Ordered { get; init; }

    /// <summary>Rounds of improvement, where the op makes some.</summary>
    public int Rounds { get; init; }

    /// <summary>Whether no two of the target's nodes are of one type, so that no two cost the same.</summary>
    public bool Distinct { get; init; }

    /// <summary>Whether the op sees nodes besides edges.</summary>
    public bool Nodes { get; init; } = true;

    /// <summary>Extreme logits at which the value must be right.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [1e4, -1e4];

    /// <summary>The same, where the gradient need not be the oracle's.</summary>
    public IReadOnlyList<double> ExtremesOfValue { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var arguments = new List<Argument>();
        if (Nodes)
            arguments.Add(new("nodeLogits", Numbers().Reals(B, N, A)) { Differentiable = true, BatchDim = 0, Extremes = Extremes, ExtremesOfValue = ExtremesOfValue });
        arguments.Add(new(Nodes ? "edgeLogits" : "logits", Numbers(1).Reals(B, N, N, E)) { Differentiable = true, BatchDim = 0, Extremes = Extremes, ExtremesOfValue = ExtremesOfValue });
        if (Nodes)
            arguments.Add(new("nodes", Distinct ? Numbers(2).Reals(B, A).argsort(1).narrow(1, 0, N) : Numbers(2).Indices(A, B, N)) { BatchDim = 0 });
        arguments.Add(new("edges", GraphCase.RandomEdges(Numbers(3), E, B, N)) { BatchDim = 0 });
        if (Ordered)
            arguments.Add(new("order", Numbers(4).Reals(B, N).argsort(1)) { BatchDim = 0 });
        if (Masked)
            arguments.Add(new("mask", Numbers(5).Mask(0.7, B, N)) { BatchDim = 0 });
        return arguments;
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (N > 1)
            yield return this with { N = N - 1 };
        if (A > (Distinct ? N : 1))
            yield return this with { A = A - 1 };
        if (E > 1)
            yield return this with { E = E - 1 };
        if (Masked)
            yield return this with { Masked = false };
        if (Rounds > 0)
            yield return this with { Rounds = Rounds - 1 };
        if (Ordered)
            yield return this with { Ordered = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>One to three graphs of up to four nodes.</summary>
    internal static Gen<TargetGraphCase> Any =>
        from b in Gen.Choose(1, 3)
        from n in Gen.Choose(1, 4)
        from a in Gen.Choose(1, 3)
        from e in Gen.Choose(1, 3)
        from scale in Gen.Elements(0.0, 1.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new TargetGraphCase { B = b, N = n, A = a, E = e, Scale = scale, Seed = seed };

    /// <summary>A permutation of the nodes, from the seed.</summary>
    internal Tensor Renumbering()
    {
        using var generator = new Generator((ulong)Seed, CPU);
        return randperm(N, generator: generator);
    }

    /// <summary>A tensor with its nodes in another order, and the pairs of nodes where it has those.</summary>
    internal static Tensor Renumbered(Tensor tensor, Tensor order, bool pairs) =>
        pairs ? tensor.index_select(1, order).index_select(2, order) : tensor.index_select(1, order);
}

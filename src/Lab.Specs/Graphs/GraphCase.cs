using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using static TorchSharp.torch;

namespace Lab.Specs.Graphs;

/// <summary>What a layer on graphs is given besides its nodes.</summary>
public enum Beside
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Edge types <c>[B, N, N]</c>.</summary>
    Types,

    /// <summary>Weights of edges <c>[B, N, N, R]</c>.</summary>
    Weights,

    /// <summary>Features of pairs <c>[B, N, N, P]</c>.</summary>
    Pairs,
}

/// <summary>A few small graphs, and the numbers of a layer that reads them.</summary>
public sealed record GraphCase : ModuleCase
{
    /// <summary>Graphs.</summary>
    public int B { get; init; } = 2;

    /// <summary>Nodes.</summary>
    public int N { get; init; } = 3;

    /// <summary>Width of a node.</summary>
    public int D { get; init; } = 3;

    /// <summary>Edge types put out, relations, or width of a pair.</summary>
    public int E { get; init; } = 2;

    /// <summary>Whether some nodes are padding.</summary>
    public bool Masked { get; init; }

    /// <summary>What comes with the nodes.</summary>
    public Beside Beside { get; init; }

    /// <summary>How messages are put together.</summary>
    public Core.Graphs.Aggregation Aggregation { get; init; }

    /// <summary>The names and shapes of the layer's parameters, in terms of its sizes.</summary>
    internal Func<GraphCase, IReadOnlyList<StateEntry>> State { get; init; } = _ => [];

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => State(this);

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
    [
        new("nodes", Numbers().Reals(B, N, D)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] },
        .. Beside switch
        {
            Beside.Types => [new Argument("edges", RandomEdges(Numbers(1), E + 1, B, N)) { BatchDim = 0 }],
            Beside.Weights =>
            [
                new Argument("edges", Numbers(1).Between(0.1, 1, B, N, N, E) * Numbers(2).Mask(0.4, B, N, N, E))
                {
                    Differentiable = true, BatchDim = 0,
                },
            ],
            Beside.Pairs => [new Argument("pairs", Numbers(1).Reals(B, N, N, E)) { Differentiable = true, BatchDim = 0 }],
            _ => Array.Empty<Argument>(),
        },
        .. Masked ? [new Argument("mask", Numbers(3).Mask(0.7, B, N)) { BatchDim = 0 }] : Array.Empty<Argument>(),
    ];

    /// <summary>The arguments with NaN at all padded nodes, and other edges there; null without padding.</summary>
    public IReadOnlyList<Argument>? DisturbPadding(IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (!Masked)
            return null;
        var mask = arguments.Single(a => a.Name == "mask").Value;
        var pairs = mask.unsqueeze(1).logical_and(mask.unsqueeze(2));
        return [.. arguments.Select(a => a.Name switch
        {
            "nodes" => a.With(where(mask.unsqueeze(2), a.Value, full_like(a.Value, double.NaN))),
            "edges" when !a.IsReal => a.With(where(pairs, a.Value, full_like(a.Value, 77))),
            "edges" or "pairs" => a.With(where(pairs.unsqueeze(3), a.Value, full_like(a.Value, double.NaN))),
            _ => a,
        })];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (N > 1)
            yield return this with { N = N - 1 };
        if (D > 1)
            yield return this with { D = D - 1 };
        if (Masked)
            yield return this with { Masked = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>One or two graphs of up to four nodes.</summary>
    internal static Gen<GraphCase> Any(GraphCase like) =>
        from b in Gen.Choose(1, 2)
        from n in Gen.Choose(1, 4)
        from d in Gen.Choose(1, 3)
        from e in Gen.Choose(like.Beside == Beside.Nothing ? 2 : 1, 3)
        from masked in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select like with { B = b, N = n, D = d, E = e, Masked = masked, Scale = scale, Seed = seed };

    /// <summary>Symmetric edge types without loops, about every second pair without an edge.</summary>
    internal static Tensor RandomEdges(Draw draw, long types, long b, long n)
    {
        var half = (draw.Indices(types, b, n, n) * draw.Mask(0.7, b, n, n)).triu(1);
        return half + half.transpose(1, 2);
    }

    /// <summary>A permutation of the nodes, from the seed.</summary>
    internal Tensor Renumbering()
    {
        using var generator = new Generator((ulong)Seed, CPU);
        return randperm(N, generator: generator);
    }
}

/// <summary>What the specs of layers on graphs share.</summary>
public abstract class GraphLayerSpec<TLayer> : ModuleSpec<TLayer, GraphCase>
    where TLayer : nn.Module
{
    /// <inheritdoc/>
    public sealed override bool HasPadding => true;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Argument>? DisturbPadding(GraphCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override bool SmoothAt(GraphCase @case) => @case.Decimals is null;

    /// <summary>The mask among the inputs, or one of all.</summary>
    private protected static Tensor MaskOf(GraphCase c, IReadOnlyList<Tensor> inputs) =>
        c.Masked ? inputs[^1] : ones(inputs[0].size(0), inputs[0].size(1), dtype: ScalarType.Bool);

    /// <summary>The inputs with the nodes in another order.</summary>
    private protected static Tensor[] Renumbered(IReadOnlyList<Tensor> inputs, Tensor order) =>
        [.. inputs.Select((t, i) => t.dim() >= 3 && i > 0 ? t.index_select(1, order).index_select(2, order) : t.index_select(1, order))];
}

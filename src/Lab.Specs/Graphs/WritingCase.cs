using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Graphs;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Graphs;

/// <summary>A model of graphs that is two tables, rules, and graphs to be judged.</summary>
public sealed record WritingCase : Case
{
    /// <summary>Graphs.</summary>
    public int B { get; init; } = 1;

    /// <summary>Types of nodes.</summary>
    public int A { get; init; } = 1;

    /// <summary>Types of edges.</summary>
    public int E { get; init; } = 2;

    /// <summary>The most nodes.</summary>
    public int Most { get; init; } = 2;

    /// <summary>Whether valences count; those of the types are 1, 2, ...</summary>
    public bool Valences { get; init; }

    /// <summary>Whether edges have orders other than their numbers: 0, 2, 1.</summary>
    public bool Orders { get; init; }

    /// <summary>The most edges of a node.</summary>
    public int? MaxDegree { get; init; }

    /// <summary>Whether all must hang together.</summary>
    public bool Connected { get; init; }

    /// <summary>Whether graphs are drawn with the tables.</summary>
    public bool WithGraphs { get; init; }

    /// <summary>Whether those keep the rules.</summary>
    public bool Legal { get; init; }

    /// <summary>The rules.</summary>
    internal GraphRules Rules => new(Most)
    {
        Valences = Valences ? [.. Enumerable.Range(1, A)] : null,
        Orders = Orders ? [.. Enumerable.Range(0, E).Select(e => e == 0 ? 0 : E - e)] : null,
        MaxDegree = MaxDegree,
        Connected = Connected,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        Argument[] tables =
        [
            new("nodeTable", Numbers().Reals(A + 1, A + 1)) { Differentiable = true, Extremes = [1e4, -1e4], ExtremesOfValue = [double.NegativeInfinity] },
            new("bondTable", Numbers(1).Reals(A, A, E)) { Differentiable = true, Extremes = [1e4, -1e4], ExtremesOfValue = [double.NegativeInfinity] },
        ];
        if (!WithGraphs)
            return tables;
        var random = new Random(Seed);
        var graphs = Enumerable.Range(0, B).Select(_ =>
        {
            var graph = new PlainGraph(Legal ? Rules : new GraphRules(Most), A, E);
            graph.Write((_, _, allowed) =>
            {
                var legal = Enumerable.Range(0, allowed.Length).Where(i => allowed[i]).ToArray();
                return legal[random.Next(legal.Length)];
            });
            return graph.Tensors(Most);
        }).ToArray();
        return
        [
            .. tables,
            new("nodes", cat([.. graphs.Select(g => g.Nodes)], 0)) { BatchDim = 0 },
            new("bonds", cat([.. graphs.Select(g => g.Bonds)], 0)) { BatchDim = 0 },
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (Most > 1)
            yield return this with { Most = Most - 1 };
        if (A > 1)
            yield return this with { A = A - 1 };
        if (E > 1)
            yield return this with { E = E - 1 };
        if (Valences)
            yield return this with { Valences = false };
        if (Orders)
            yield return this with { Orders = false };
        if (MaxDegree is not null)
            yield return this with { MaxDegree = null };
        if (Connected)
            yield return this with { Connected = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to four nodes of up to three types, with any of the rules.</summary>
    internal static Gen<WritingCase> Any =>
        from b in Gen.Choose(1, 3)
        from a in Gen.Choose(1, 3)
        from e in Gen.Choose(1, 3)
        from most in Gen.Choose(1, 4)
        from valences in Gen.Elements(false, true)
        from orders in Gen.Elements(false, false, true)
        from degree in Gen.Elements<int?>(null, null, 0, 1, 2)
        from connected in Gen.Elements(false, true)
        from legal in Gen.Elements(false, true, true)
        from scale in Gen.Elements(0.0, 1.0, 1.0, 5.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new WritingCase
        {
            B = b,
            A = a,
            E = e,
            Most = most,
            Valences = valences,
            Orders = orders,
            MaxDegree = degree,
            Connected = connected,
            Legal = legal,
            Scale = scale,
            Seed = seed,
        };

    /// <summary>Inputs that no decoder takes.</summary>
    internal static IEnumerable<BadInput<TOp>> BadRules<TOp>(Action<TOp, IGraphModel, GraphRules, Tensor[]> call)
        where TOp : Delegate
    {
        return
        [
            new("null for model", "model", Draw, (op, x) => call(op, null!, new(2), x[2..])),
            Bad("null for rules", null!),
            Bad("no nodes", new(0)),
            Bad("a valence too few", new(2) { Valences = [1] }),
            Bad("a negative valence", new(2) { Valences = [1, -1] }),
            Bad("an edge of order 0", new(2) { Orders = [0, 0, 1] }),
            Bad("an order too few", new(2) { Orders = [0, 1] }),
            Bad("\"none\" of order 1", new(2) { Orders = [1, 1, 1] }),
            Bad("a negative degree", new(2) { MaxDegree = -1 }),
        ];

        BadInput<TOp> Bad(string description, GraphRules rules) => new(
            description, "rules", Draw, (op, x) => call(op, new TableGraphModel(x[0], x[1]), rules, x[2..]));

        static Tensor[] Draw() => [ones(3, 3), ones(2, 2, 3), zeros([1, 2], ScalarType.Int64), zeros([1, 2, 2], ScalarType.Int64)];
    }
}

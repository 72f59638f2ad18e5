using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Graphs;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Graphs;

/// <summary>Sizes of a generator of graphs, and graphs.</summary>
public sealed record GeneratorCase : ModuleCase
{
    /// <summary>Graphs.</summary>
    public int B { get; init; } = 2;

    /// <summary>Nodes.</summary>
    public int N { get; init; } = 3;

    /// <summary>The most nodes that the network writes.</summary>
    public int Most { get; init; } = 4;

    /// <summary>Rounds of messages.</summary>
    public int Depth { get; init; } = 1;

    private const int A = 2, E = 3, D = 3;

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters =>
    [
        new("embed.weight", A, D),
        .. Enumerable.Range(0, Depth).SelectMany(l => new StateEntry[]
        {
            new($"layers.{l}.message.weight", (E - 1) * D, D), new($"layers.{l}.combine.weight", D, 2 * D), new($"layers.{l}.combine.bias", D),
            new($"layers.{l}.output.weight", D, D), new($"layers.{l}.output.bias", D),
        }),
        new("next.weight", D, 2 * D), new("next.bias", D), new("choose.weight", A + 1, D), new("choose.bias", A + 1), new("type.weight", A, D),
        new("apart.weight", Most, D), new("given.weight", D, E - 1), new("bond.weight", D, D), new("bond.bias", D), new("decide.weight", E, D), new("decide.bias", E),
    ];

    /// <inheritdoc/>
    protected override string? ExtremeParameter => "choose.bias";

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs()
    {
        var counts = Numbers().Indices(N + 1, B, 1);
        var there = arange(N) < counts;
        return
        [
            new("nodes", where(there, Numbers(1).Indices(A, B, N), tensor(-1L))) { BatchDim = 0 },
            new("bonds", GraphCase.RandomEdges(Numbers(2), E, B, N) * there.unsqueeze(1) * there.unsqueeze(2)) { BatchDim = 0 },
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (N > 1)
            yield return this with { N = N - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>The generator of graphs, all decisions at once, against a loop over them that reads each beginning anew.</summary>
public sealed class GraphGeneratorSpec : ModuleSpec<GraphGenerator, GeneratorCase>
{
    /// <inheritdoc/>
    protected internal override GeneratorCase Usual => new() { Seed = 5, B = 24, Most = 3 };

    /// <inheritdoc/>
    public override Gen<GeneratorCase> Cases =>
        from b in Gen.Choose(1, 2)
        from n in Gen.Choose(1, 4)
        from more in Gen.Choose(0, 1)
        from depth in Gen.Choose(1, 2)
        from seed in Gen.Choose(0, int.MaxValue)
        select new GeneratorCase { B = b, N = n, Most = n + more, Depth = depth, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;               // in its inputs, which are types; in its parameters by a law

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(5000 * magnitude);

    /// <inheritdoc/>
    protected internal override GraphGenerator Make(GeneratorCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(2, 3, @case.Most, 3, @case.Depth);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(GraphGenerator module, GeneratorCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0], inputs[1])];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(GeneratorCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var passing = new MessagePassingSpec();
        return [stack([.. Enumerable.Range(0, (int)inputs[0].size(0)).Select(b => Loss(inputs[0][b], inputs[1][b]))])];

        Tensor Loss(Tensor nodes, Tensor bonds)
        {
            var total = zeros([], p["embed.weight"].dtype);
            var count = Enumerable.Range(0, (int)nodes.size(0)).Count(i => nodes[i].ToInt64() >= 0);
            for (var k = 0; k <= count && k < @case.Most; k++)
            {
                var x = Read(nodes, bonds, k);
                var whole = x is null ? zeros(3, dtype: total.dtype) : x.sum([0]) / @case.Most;
                var hidden = Layer("next", cat([whole, x is null ? zeros(3, dtype: total.dtype) : x[k - 1]])).relu();
                total = total - Layer("choose", hidden).log_softmax(0)[k == count ? 2 : nodes[k].ToInt64()];
            }
            for (var k = 1; k < count; k++)
            {
                var (x, given) = (Read(nodes, bonds, k)!, zeros(2, dtype: total.dtype));
                for (var j = k - 1; j >= 0; j--)
                {
                    var hidden = Layer("bond", x[j]) + p["type.weight"][nodes[k].ToInt64()] + p["apart.weight"][k - j] + F.linear(given, p["given.weight"]);
                    var bond = bonds[k, j].ToInt64();
                    total = total - Layer("decide", hidden.relu()).log_softmax(0)[bond];
                    if (bond > 0)
                        given = given + F.one_hot(tensor(bond - 1), 2).to(total.dtype);
                }
            }
            return total;
        }

        // The first k nodes after their rounds of messages, [k, D].
        Tensor? Read(Tensor nodes, Tensor bonds, int k)
        {
            if (k == 0)
                return null;
            var x = p["embed.weight"].index_select(0, nodes[..k]).unsqueeze(0);
            for (var l = 0; l < @case.Depth; l++)
            {
                var layer = p.Where(q => q.Key.StartsWith($"layers.{l}.", StringComparison.Ordinal)).ToDictionary(q => q.Key[9..], q => q.Value);
                x = passing.Reference(new GraphCase { D = 3, E = 2, N = k }, [x, bonds[..k, ..k].unsqueeze(0)], layer)[0];
            }
            return x.squeeze(0);
        }

        Tensor Layer(string name, Tensor x) => F.linear(x, p[$"{name}.weight"], p[$"{name}.bias"]);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<GeneratorCase>>> BadInputs =>
    [
        Made("no node types", "nodeTypes", () => new GraphGenerator(0, 2, 3, 2, 1).Dispose()),
        Made("one bond type", "bondTypes", () => new GraphGenerator(2, 1, 3, 2, 1).Dispose()),
        Made("no nodes", "maxNodes", () => new GraphGenerator(2, 2, 0, 2, 1).Dispose()),
        Made("no width", "width", () => new GraphGenerator(2, 2, 3, 0, 1).Dispose()),
        Made("no depth", "depth", () => new GraphGenerator(2, 2, 3, 2, 0).Dispose()),
        Given("null for nodes", "nodes", () => [Bonds()], (m, x) => m.call(null!, x[0])),
        Given("more nodes than it writes", "nodes", () => [zeros([1, 4], ScalarType.Int64), zeros([1, 4, 4], ScalarType.Int64)], (m, x) => m.call(x[0], x[1])),
        Given("a node type that there is not", "nodes", () => [full([1, 2], 2, ScalarType.Int64), Bonds()], (m, x) => m.call(x[0], x[1])),
        Given("null for bonds", "bonds", () => [zeros([1, 2], ScalarType.Int64)], (m, x) => m.call(x[0], null!)),
        Given("a bond type that there is not", "bonds", () => [zeros([1, 2], ScalarType.Int64), 3 * Bonds()], (m, x) => m.call(x[0], x[1])),
        Given("bonds that are not symmetric", "bonds", () => [zeros([1, 2], ScalarType.Int64), Bonds().triu(1)], (m, x) => m.call(x[0], x[1])),
    ];

    private static Tensor Bonds() => tensor(new long[,] { { 0, 1 }, { 1, 0 } }).unsqueeze(0);

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<GeneratorCase>, GeneratorCase>> ModelLaws =>
    [
        Own("the loss is that of writing step by step", "All decisions at once cost what GraphDecoding.LogProbability adds up from the model's steps.", (_, c) =>
        {
            var (module, x) = Drawn(c);
            using var kept = module;
            return Comparison.Same("loss", module.call(x[0], x[1]), -GraphDecoding.LogProbability(module, x[0], x[1], new(c.Most)), Tolerance);
        }) with { Cases = 30 },
        Own("what it samples is as probable as it says", "The log-probability of a sample is minus its loss.", (_, c) =>
        {
            var (module, _) = Drawn(c);
            using var kept = module;
            using var generator = new Generator((ulong)c.Seed, CPU);
            var graphs = GraphDecoding.SampleGraphs(module, 4, new(c.Most), generator);
            return Comparison.Same("log-probability", graphs.LogProbs, -module.call(graphs.Nodes, graphs.Bonds), Tolerance);
        }) with { Cases = 20 },
    ];
}

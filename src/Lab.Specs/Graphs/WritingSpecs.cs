using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Graphs;
using Lab.Specs.Harness;
using Lab.Specs.Sequences.Decoding;
using TorchSharp;
using static TorchSharp.torch;
using Greedy = System.Func<Lab.Core.Graphs.IGraphModel, Lab.Core.Graphs.GraphRules, TorchSharp.torch.Device?, Lab.Core.Graphs.DecodedGraphs>;
using LogProb = System.Func<
    Lab.Core.Graphs.IGraphModel, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, Lab.Core.Graphs.GraphRules, TorchSharp.torch.Tensor>;
using Sample = System.Func<
    Lab.Core.Graphs.IGraphModel, long, Lab.Core.Graphs.GraphRules, TorchSharp.torch.Generator, Lab.Core.Graphs.DecodedGraphs>;

namespace Lab.Specs.Graphs;

/// <summary>The log-probability of graphs, decision by decision in a loop over one graph.</summary>
public sealed class GraphLogProbabilitySpec : Spec<LogProb, WritingCase>
{
    /// <inheritdoc/>
    public override LogProb Op => GraphDecoding.LogProbability;

    /// <inheritdoc/>
    public override LogProb Oracle => (model, nodes, bonds, rules) =>
    {
        var table = (TableGraphModel)model;
        var (types, bondTypes) = ((int)model.NodeTypes, (int)model.BondTypes);
        var results = new List<Tensor>();
        for (var b = 0; b < nodes.size(0); b++)
        {
            var given = Writing.Plain(rules, types, bondTypes, nodes[b], bonds[b]);
            var (graph, total, other) = (new PlainGraph(rules, types, bondTypes), zeros([], table.NodeTable.dtype), -1);
            graph.Write((row, pair, allowed) =>
            {
                other = pair is null ? graph.Types.Count : other - 1;
                var choice = pair is not null ? given.Bonds.GetValueOrDefault((graph.Types.Count - 1, other))
                    : graph.Types.Count < given.Types.Count ? given.Types[graph.Types.Count] : types;
                total = total + Writing.LogProbs(Writing.Row(table, row, pair), allowed)[choice];
                return choice;
            });
            results.Add(total);
        }
        return stack(results);
    };

    /// <inheritdoc/>
    public override Gen<WritingCase> Cases => WritingCase.Any.Select(c => c with { WithGraphs = true });

    /// <inheritdoc/>
    public override Tensor[] Call(LogProb op, WritingCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(Writing.Model(arguments), arguments[2], arguments[3], @case.Rules)];
    }

    /// <inheritdoc/>
    public override bool SmoothAt(WritingCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Legal;
    }

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(20 * magnitude);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<LogProb>> BadInputs =>
    [
        .. WritingCase.BadRules<LogProb>((op, model, rules, x) => op(model, x[0], x[1], rules)),
        Bad("null for nodes", "nodes", () => [], (op, model, _) => op(model, null!, null!, new(2))),
        Bad("int32 nodes", "nodes", () => [zeros([1, 2], ScalarType.Int32), Bonds()], (op, model, x) => op(model, x[0], x[1], new(2))),
        Bad("a node type that there is not", "nodes", () => [full([1, 2], 2, ScalarType.Int64), Bonds()], (op, model, x) => op(model, x[0], x[1], new(2))),
        Bad("nodes of rank 1", "nodes", () => [zeros([2], ScalarType.Int64), Bonds()], (op, model, x) => op(model, x[0], x[1], new(2))),
        Bad("null for bonds", "bonds", () => [zeros([1, 2], ScalarType.Int64)], (op, model, x) => op(model, x[0], null!, new(2))),
        Bad("bonds of other graphs", "bonds", () => [zeros([1, 3], ScalarType.Int64), Bonds()], (op, model, x) => op(model, x[0], x[1], new(2))),
        Bad("a bond type that there is not", "bonds", () => [zeros([1, 2], ScalarType.Int64), 3 * Bonds()], (op, model, x) => op(model, x[0], x[1], new(2))),
        Bad("bonds that are not symmetric", "bonds", () => [zeros([1, 2], ScalarType.Int64), Bonds().triu(1)], (op, model, x) => op(model, x[0], x[1], new(2))),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<LogProb, WritingCase>> OwnLaws =>
    [
        Own("probabilities of all graphs sum to 1", "Over all graphs, in all orders, the rules allow the whole probability to what is legal and none to anything else.", (op, c) =>
        {
            var small = c with { A = Math.Min(c.A, 2), E = Math.Min(c.E, 3), Most = Math.Min(c.Most, 3), WithGraphs = false };
            var all = PlainGraph.All(small.Rules, small.A, small.E, small.Most).ToArray();
            var tensors = all.Select(g => g.Tensors(small.Most)).ToArray();
            var x = small.Draw().Select(a => a.Value).ToArray();
            var logProbs = op(Writing.Model(x), cat([.. tensors.Select(t => t.Nodes)], 0), cat([.. tensors.Select(t => t.Bonds)], 0), small.Rules);
            var legal = tensor(all.Select(g => g.IsLegal()).ToArray());
            return Comparison.Same("sum", logProbs.exp().sum(), tensor(1.0), Tolerance)
                .Then(() => Verdict.Require(logProbs.isneginf().logical_or(legal).all().ToBoolean(), "A graph that breaks the rules has a probability."))
                .Then(() => Verdict.Require(
                    small.Connected || logProbs.isneginf().logical_not().logical_or(legal.logical_not()).all().ToBoolean(), "A legal graph has none."));
        }) with { Cases = 40 },
    ];

    private static Tensor Bonds() => tensor(new long[,] { { 0, 1 }, { 1, 0 } }).unsqueeze(0);

    private static BadInput<LogProb> Bad(string description, string parameter, Func<Tensor[]> draw, Action<LogProb, IGraphModel, Tensor[]> call) => new(
        description, parameter, () => [ones(3, 3), ones(2, 2, 3), .. draw()], (op, x) => call(op, new TableGraphModel(x[0], x[1]), x[2..]));
}

/// <summary>What decoders that write graphs share.</summary>
public abstract class GraphWriterSpec<TOp> : Spec<TOp, WritingCase>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public override Gen<WritingCase> Cases => WritingCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;               // rounding chooses another graph

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;             // rows share the source of chance

    /// <inheritdoc/>
    public sealed override Tensor[] Call(TOp op, WritingCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var graphs = Write(op, @case, arguments);
        return [graphs.Nodes, graphs.Bonds, graphs.LogProbs];
    }

    /// <summary>Lets a version of the op, or the oracle, write graphs.</summary>
    private protected abstract DecodedGraphs Write(TOp op, WritingCase @case, Tensor[] arguments);

    /// <inheritdoc/>
    public override IEnumerable<Law<TOp, WritingCase>> OwnLaws =>
    [
        Own("no rule is ever broken", "Every graph keeps every rule, however much the model would like another one.", (op, c) =>
        {
            var many = c with { B = 16, Scale = 5 };
            return Writing.AllLegal(many, Write(op, many, [.. many.Draw().Select(a => a.Value)]));
        }),
        Own("the log-probability is that of the graph", "It is what GraphDecoding.LogProbability says of the graph that was written.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var graphs = Write(op, c, x);
            return Comparison.Same("log-probability", graphs.LogProbs, GraphDecoding.LogProbability(Writing.Model(x), graphs.Nodes, graphs.Bonds, c.Rules), Tolerance);
        }),
        Own("rules that forbid nothing change nothing", "Valences and a degree that no node reaches give the graphs of the decoder without rules.", (op, c) =>
        {
            var free = c with { Valences = false, Orders = false, MaxDegree = null, Connected = false };
            var wide = free with { MaxDegree = c.Most };
            var x = free.Draw().Select(a => a.Value).ToArray();
            var (one, other) = (Write(op, free, x), Write(op, wide, x));
            return Comparison.Same("nodes", other.Nodes, one.Nodes, new Tolerance(0, 0))
                .Then(() => Comparison.Same("bonds", other.Bonds, one.Bonds, new Tolerance(0, 0)))
                .Then(() => Comparison.Same("log-probabilities", other.LogProbs, one.LogProbs, new Tolerance(0, 0)));
        }),
    ];
}

/// <summary>Sampling of graphs against a loop over plain numbers, given the same random numbers.</summary>
public sealed class GraphSampleSpec : GraphWriterSpec<Sample>
{
    /// <inheritdoc/>
    public override Sample Op => GraphDecoding.SampleGraphs;

    /// <inheritdoc/>
    public override Sample Oracle => (model, count, rules, generator) =>
    {
        var decisions = rules.MaxNodes + rules.MaxNodes * (rules.MaxNodes - 1) / 2;
        var chance = Enumerable.Range(0, decisions).Select(_ => rand([count, 1], dtype: ScalarType.Float64, generator: generator)).ToArray();
        return Writing.Write(model, rules, (int)count, (b, decision, logProbs) =>
        {
            var (left, choice) = (chance[decision][b, 0].ToDouble() * logProbs.Sum(Math.Exp), 0);
            while (left >= Math.Exp(logProbs[choice]))
                left -= Math.Exp(logProbs[choice++]);
            return choice;
        });
    };

    private protected override DecodedGraphs Write(Sample op, WritingCase @case, Tensor[] arguments)
    {
        using var generator = new Generator((ulong)@case.Seed, CPU);
        return op(Writing.Model(arguments), @case.B, @case.Rules, generator);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Sample>> BadInputs =>
    [
        .. WritingCase.BadRules<Sample>((op, model, rules, _) =>
        {
            using var generator = new Generator(1, CPU);
            op(model, 1, rules, generator);
        }),
        new("a negative count", "count", () => [ones(3, 3), ones(2, 2, 3)], (op, x) =>
        {
            using var generator = new Generator(1, CPU);
            op(new TableGraphModel(x[0], x[1]), -1, new(2), generator);
        }),
        new("null for generator", "generator", () => [ones(3, 3), ones(2, 2, 3)], (op, x) => op(new TableGraphModel(x[0], x[1]), 1, new(2), null!)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Sample, WritingCase>> OwnLaws =>
    [
        .. base.OwnLaws,
        Own("no graphs are asked for, none come", "A count of 0 gives tensors of no rows.", (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var none = op(Writing.Model([.. c.Draw().Select(a => a.Value)]), 0, c.Rules, generator);
            return Comparison.Same("nodes", none.Nodes, zeros(0, c.Most), new Tolerance(0, 0));
        }) with { Cases = 5 },
        Own("graphs come as often as the model says", ChiSquare.Sentence("Of 10,000 graphs each one's share fits its probability"), (op, c) =>
        {
            var small = c with { A = Math.Min(c.A, 2), E = Math.Min(c.E, 2), Most = Math.Min(c.Most, 2), Scale = 1, B = 10_000 };
            var graphs = Write(op, small, [.. small.Draw().Select(a => a.Value)]);
            var all = PlainGraph.All(small.Rules, small.A, small.E, small.Most).Select(g => g.Tensors(small.Most)).ToArray();
            var logProbs = GraphDecoding.LogProbability(
                Writing.Model([.. small.Draw().Select(a => a.Value)]), cat([.. all.Select(t => t.Nodes)], 0), cat([.. all.Select(t => t.Bonds)], 0), small.Rules);
            return ChiSquare.Judge(
                [.. all.Select(g => graphs.Nodes.eq(g.Nodes).all(1).logical_and(graphs.Bonds.eq(g.Bonds).flatten(1).all(1)).sum().ToInt64())],
                [.. logProbs.exp().data<double>()]);
        }) with { Cases = 5 },
    ];
}

/// <summary>Greedy writing of a graph against a loop over plain numbers.</summary>
public sealed class GraphGreedySpec : GraphWriterSpec<Greedy>
{
    /// <inheritdoc/>
    public override Greedy Op => GraphDecoding.GreedyGraph;

    /// <inheritdoc/>
    public override Greedy Oracle => (model, rules, _) =>
        Writing.Write(model, rules, 1, (_, _, logProbs) => Array.IndexOf(logProbs, logProbs.Max()));

    private protected override DecodedGraphs Write(Greedy op, WritingCase @case, Tensor[] arguments) => op(Writing.Model(arguments), @case.Rules, null);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Greedy>> BadInputs => WritingCase.BadRules<Greedy>((op, model, rules, _) => op(model, rules, null));
}

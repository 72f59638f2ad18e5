using Lab.Core.Graphs;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Graphs;

/// <summary>What the specs of decoders of graphs share.</summary>
internal static class Writing
{
    /// <summary>A model of a case's tables.</summary>
    public static TableGraphModel Model(Tensor[] arguments) => new(arguments[0], arguments[1]);

    /// <summary>The log-probabilities of all choices of a decision, as a table has them.</summary>
    public static Tensor LogProbs(Tensor row, bool[] allowed)
    {
        var places = tensor(Enumerable.Range(0, allowed.Length).Where(i => allowed[i]).Select(i => (long)i).ToArray());
        var legal = row.index_select(0, places);
        if (legal.isneginf().all().ToBoolean())
            legal = zeros_like(legal);
        var result = full_like(row, double.NegativeInfinity).index_copy(0, places, legal - legal.logsumexp(0));
        return where(result.isneginf(), full_like(result, double.NegativeInfinity), result);
    }

    /// <summary>The row of a table that a decision of <see cref="PlainGraph.Write"/> reads.</summary>
    public static Tensor Row(TableGraphModel table, int row, (int Newest, int Other)? pair) =>
        pair is var (newest, other) ? table.BondTable[newest, other] : table.NodeTable[row];

    /// <summary>Writes graphs by choosing from log-probabilities in plain numbers.</summary>
    public static DecodedGraphs Write(IGraphModel model, GraphRules rules, int count, Func<int, int, double[], int> choose)
    {
        var written = new List<(Tensor Nodes, Tensor Bonds, double LogProb)>();
        for (var b = 0; b < count; b++)
        {
            var (graph, total, decision) = (new PlainGraph(rules, (int)model.NodeTypes, (int)model.BondTypes), 0.0, 0);
            graph.Write((row, pair, allowed) =>
            {
                var logProbs = LogProbs(Row((TableGraphModel)model, row, pair).to(ScalarType.Float64), allowed).data<double>().ToArray();
                var choice = choose(b, decision++, logProbs);
                total += logProbs[choice];
                return choice;
            });
            var (types, edges) = graph.Tensors(rules.MaxNodes);
            written.Add((types, edges, total));
        }
        return new(cat([.. written.Select(w => w.Nodes)], 0), cat([.. written.Select(w => w.Bonds)], 0), tensor(written.Select(w => w.LogProb).ToArray()));
    }

    public static Verdict AllLegal(WritingCase c, DecodedGraphs graphs)
    {
        var keeps = c.Rules.Keeps(graphs.Nodes, graphs.Bonds, c.E);
        return Comparison.Same("bonds, with i and j exchanged", graphs.Bonds.transpose(1, 2), graphs.Bonds, new Tolerance(0, 0))
            .Then(() => Verdict.Require(keeps.all().ToBoolean(), "A graph breaks the rules."))
            .Then(() => Verdict.Require(
                Enumerable.Range(0, (int)graphs.Nodes.size(0)).All(b => Plain(c.Rules, c.A, c.E, graphs.Nodes[b], graphs.Bonds[b]).IsLegal()), "A graph breaks the rules, counted by hand."));
    }

    public static PlainGraph Plain(GraphRules rules, int nodeTypes, int bondTypes, Tensor nodes, Tensor bonds)
    {
        var graph = new PlainGraph(rules, nodeTypes, bondTypes);
        for (var i = 0; i < nodes.size(0) && nodes[i].ToInt64() >= 0; i++)
        {
            graph.Types.Add((int)nodes[i].ToInt64());
            for (var j = 0; j < i; j++)
                if (bonds[i, j].ToInt64() is > 0 and var bond)
                    graph.Bonds[(i, j)] = (int)bond;
        }
        return graph;
    }
}

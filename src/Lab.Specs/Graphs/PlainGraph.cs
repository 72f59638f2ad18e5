using Lab.Core.Graphs;
using static TorchSharp.torch;

namespace Lab.Specs.Graphs;

/// <summary>A graph in plain numbers, that can be written on, with the rules in plain words.</summary>
internal sealed class PlainGraph(GraphRules rules, int nodeTypes, int bondTypes)
{
    public List<int> Types { get; } = [];

    /// <summary>(later node, earlier node) to type; none is not in it.</summary>
    public Dictionary<(int, int), int> Bonds { get; } = [];

    private int Order(int bond) => rules.Orders?[bond] ?? bond;

    private int Used(int node) => Bonds.Where(b => b.Key.Item1 == node || b.Key.Item2 == node).Sum(b => Order(b.Value));

    private int Degree(int node) => Bonds.Count(b => b.Key.Item1 == node || b.Key.Item2 == node);

    /// <summary>Whether a node could take an edge of an order besides those that it has.</summary>
    private bool Takes(int node, int order) =>
        (rules.Valences is null || Used(node) + order <= rules.Valences[Types[node]]) && (rules.MaxDegree is null || Degree(node) < rules.MaxDegree);

    private int Least => bondTypes < 2 ? int.MaxValue : Enumerable.Range(1, bondTypes - 1).Min(Order);

    public bool[] AllowedTypes() => [.. Enumerable.Range(0, nodeTypes + 1).Select(type =>
    {
        var stop = type == nodeTypes;
        if (Types.Count == rules.MaxNodes)
            return stop;
        if (!rules.Connected)
            return true;
        if (Types.Count == 0)
            return !stop;
        return stop || (bondTypes > 1 && (rules.Valences?[type] ?? int.MaxValue) >= Least && rules.MaxDegree != 0 && Enumerable.Range(0, Types.Count).Any(i => Takes(i, Least)));
    })];

    public bool[] AllowedBonds(int other)
    {
        var newest = Types.Count - 1;
        var allowed = Enumerable.Range(0, bondTypes).Select(b => b == 0 || (Takes(newest, Order(b)) && Takes(other, Order(b)))).ToArray();
        if (rules.Connected && Degree(newest) == 0 && !Enumerable.Range(0, other).Any(i => Takes(i, Least)) && allowed[1..].Any(a => a))
            allowed[0] = false;
        return allowed;
    }

    /// <summary>Makes all decisions in turn, until the stop; at a full graph that is no decision.</summary>
    /// <param name="choose">Given the kind of decision (the row of the table of nodes, or the two types) and what is allowed, the choice.</param>
    public void Write(Func<int, (int Newest, int Other)?, bool[], int> choose)
    {
        while (Types.Count < rules.MaxNodes)
        {
            var type = choose(Types.Count == 0 ? nodeTypes : Types[^1], null, AllowedTypes());
            if (type == nodeTypes)
                return;
            Types.Add(type);
            for (var other = Types.Count - 2; other >= 0; other--)
                if (choose(-1, (Types[^1], Types[other]), AllowedBonds(other)) is > 0 and var bond)
                    Bonds[(Types.Count - 1, other)] = bond;
        }
    }

    /// <summary>Whether the finished graph keeps the rules: counted, and walked through.</summary>
    public bool IsLegal()
    {
        if (Types.Count > rules.MaxNodes || Types.Where((t, i) => rules.Valences is not null && Used(i) > rules.Valences[t]).Any()
            || (rules.MaxDegree is { } most && Types.Where((_, i) => Degree(i) > most).Any()))
            return false;
        if (!rules.Connected)
            return true;
        if (Types.Count == 0)
            return false;
        var (seen, next) = (new HashSet<int> { 0 }, new Queue<int>([0]));
        while (next.TryDequeue(out var at))
            foreach (var ((i, j), _) in Bonds)
                if ((i == at && seen.Add(j)) || (j == at && seen.Add(i)))
                    next.Enqueue(i == at ? j : i);
        return seen.Count == Types.Count;
    }

    /// <summary>As tensors for a batch of one: <c>[1, N]</c> and <c>[1, N, N]</c>.</summary>
    public (Tensor Nodes, Tensor Bonds) Tensors(int width)
    {
        var nodes = full([1, width], -1, ScalarType.Int64);
        var bonds = zeros([1, width, width], ScalarType.Int64);
        for (var i = 0; i < Types.Count; i++)
            nodes[0, i] = Types[i];
        foreach (var ((i, j), type) in Bonds)
            (bonds[0, i, j], bonds[0, j, i]) = (tensor((long)type), tensor((long)type));
        return (nodes, bonds);
    }

    /// <summary>Every graph of up to so many nodes, legal or not.</summary>
    public static IEnumerable<PlainGraph> All(GraphRules rules, int nodeTypes, int bondTypes, int most)
    {
        for (var count = 0; count <= most; count++)
        {
            var pairs = count * (count - 1) / 2;
            for (var types = 0; types < Math.Pow(nodeTypes, count); types++)
                for (var bonds = 0; bonds < Math.Pow(bondTypes, pairs); bonds++)
                {
                    var graph = new PlainGraph(rules, nodeTypes, bondTypes);
                    graph.Types.AddRange(Enumerable.Range(0, count).Select(i => types / (int)Math.Pow(nodeTypes, i) % nodeTypes));
                    var place = 0;
                    for (var i = 0; i < count; i++)
                        for (var j = 0; j < i; j++)
                            if (bonds / (int)Math.Pow(bondTypes, place++) % bondTypes is > 0 and var bond)
                                graph.Bonds[(i, j)] = bond;
                    yield return graph;
                }
        }
    }
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Heads;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Heads;

/// <summary>Which tree.</summary>
public enum TreeKind
{
    /// <summary>One node.</summary>
    Flat,

    /// <summary>Two branches a node, all classes equally deep.</summary>
    Balanced,

    /// <summary>Three branches a node, or two.</summary>
    Ternary,

    /// <summary>Two levels.</summary>
    TwoLevels,

    /// <summary>By counts that double from class to class: as deep as can be.</summary>
    Huffman,
}

/// <summary>Classes of a hierarchical softmax, and their tree.</summary>
public sealed record TreeCase : HeadCase
{
    /// <summary>Classes V.</summary>
    public int V { get; init; } = 5;

    /// <summary>Which tree.</summary>
    public TreeKind Kind { get; init; } = TreeKind.Huffman;

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => [new("decide.weight", V - 1, D), new("decide.bias", V - 1)];

    /// <summary>The tree.</summary>
    public CodeTree Tree() => Kind switch
    {
        TreeKind.Flat => CodeTree.Flat(V),
        TreeKind.Balanced => CodeTree.Balanced(V),
        TreeKind.Ternary => CodeTree.Balanced(V, 3),
        TreeKind.TwoLevels => CodeTree.Balanced(V, Math.Max(2, (int)Math.Ceiling(Math.Sqrt(V)))),
        _ => CodeTree.Huffman([.. Enumerable.Range(0, V).Select(k => Math.Pow(2, k % 5))]),
    };

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (V > 2)
            yield return this with { V = V - 1 };
        if (Kind != TreeKind.Flat)
            yield return this with { Kind = TreeKind.Flat };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Hierarchical softmax against its definition, one path after the other.</summary>
public sealed class HierarchicalSoftmaxSpec : HeadSpec<Tensor, TreeCase>
{
    /// <inheritdoc/>
    public override Type Head => typeof(HierarchicalSoftmax);

    /// <inheritdoc/>
    public override Func<TreeCase, nn.Module<Tensor, Tensor>> Op => c => new HierarchicalSoftmax(c.D, c.Kind switch
    {
        _ when c.V < 2 => null!,
        _ => c.Tree(),
    });

    /// <inheritdoc/>
    public override Tensor Reference(TreeCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p)
    {
        var tree = @case.Tree();
        var logits = LinearCase.Apply(features, p["decide.weight"], p["decide.bias"]);
        return stack(Enumerable.Range(0, tree.Classes).Select(k => tree.Path(k)
            .Select(step =>
            {
                var first = tree.Widths.Take(step.Node).Sum(width => width - 1);
                var choices = logits.narrow(-1, first, tree.Widths[step.Node] - 1);
                var scores = cat([zeros_like(choices.narrow(-1, 0, 1)), choices], -1);
                return scores.select(-1, step.Branch) - scores.logsumexp(-1);
            })
            .Aggregate((a, b) => a + b)), -1);
    }

    /// <inheritdoc/>
    public override Tensor[] Tensors(Tensor output) => [output];

    /// <inheritdoc/>
    public override Gen<TreeCase> Cases => HeadCase.Any(
        from v in Gen.Choose(2, 11)
        from kind in Gen.Elements(Enum.GetValues<TreeKind>())
        select new TreeCase { V = v, Kind = kind });

    /// <inheritdoc/>
    public override TreeCase Usual => new();

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(30 * magnitude); // a sum of sums

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<TreeCase, nn.Module<Tensor, Tensor>>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no tree", "tree", Usual with { V = 0 }),
        .. LossesLaws.BadInputs<TreeCase>(Usual, Losses, Usual.V),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<TreeCase, nn.Module<Tensor, Tensor>>, TreeCase>> HeadLaws =>
    [
        .. LossesLaws.Of<TreeCase>(c => c.V, Losses, Tolerance),
        Own("the flat tree is a softmax", "One node of V branches gives log-softmax of V logits, the first of them 0.", (op, c) =>
        {
            var flat = c with { Kind = TreeKind.Flat };
            var drawn = flat.Draw().Select(a => a.Value).ToArray();
            using var head = Build(op, flat, drawn);
            var logits = LinearCase.Apply(drawn[0], drawn[1], drawn[2]);
            return Comparison.Same(
                "log-probabilities", head.call(drawn[0]), F.log_softmax(cat([zeros_like(logits.narrow(-1, 0, 1)), logits], -1), -1), Tolerance);
        }),
        Own("a class costs its code length", "Where every decision is a toss, -log p is the sum of log w over the nodes of width w on the path: log 2 a bit.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => zeros_like(a.Value)).ToArray();
            using var head = (HierarchicalSoftmax)Build(op, c, drawn);
            var tree = head.Tree;
            var expected = Enumerable.Range(0, c.V).Select(k => tree.Path(k).Sum(step => Math.Log(tree.Widths[step.Node]))).ToArray();
            var binary = c.Kind is TreeKind.Balanced or TreeKind.Huffman;
            var features = zeros(c.V, c.D, dtype: ScalarType.Float64);
            return Comparison.Same("losses", head.Losses(features, arange(c.V)), tensor(expected), Tolerance)
                .Then(() => Verdict.Require(
                    !binary || Enumerable.Range(0, c.V).All(k => Math.Abs(expected[k] - tree.CodeLength(k) * Math.Log(2)) < 1e-12),
                    "A bit does not cost log 2."));
        }),
        Own("only decisions on the path learn", "The gradient of one class's loss is 0 in every row that no node of its path has.", (op, c) =>
        {
            var drawn = (c with { Leading = new([1]), Scale = 1 }).Draw().Select(a => a.Value).ToArray();
            using var head = (HierarchicalSoftmax)Build(op, c, [.. drawn.Select(t => t.requires_grad_())]);
            var target = c.Seed % c.V;
            head.Losses(drawn[0], tensor([(long)target])).sum().backward();
            var tree = head.Tree;
            var touched = tree.Path(target).SelectMany(step => Enumerable.Range(
                tree.Widths.Take(step.Node).Sum(width => width - 1), tree.Widths[step.Node] - 1)).ToHashSet();
            var learns = Enumerable.Range(0, c.V - 1).Where(row => drawn[2].grad![row].ToDouble() != 0).ToHashSet();
            return Verdict.Require(learns.SetEquals(touched), $"Rows {string.Join(", ", learns.Order())} learn, expected {string.Join(", ", touched.Order())}.");
        }),
    ];

    private static Tensor Losses(nn.Module<Tensor, Tensor> head, Tensor features, Tensor targets, long ignoreIndex) =>
        ((HierarchicalSoftmax)head).Losses(features, targets, ignoreIndex);
}

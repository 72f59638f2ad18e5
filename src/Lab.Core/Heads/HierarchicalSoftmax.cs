using Lab.Core.Activations;
using Lab.Core.Losses;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Heads;

/// <summary>A softmax over a large vocabulary as a chain of small decisions: down a tree, from the root to the class.</summary>
/// <remarks>
/// <para>Formula: <c>log p[k] = Σ logsoftmax([0, z[n]])[b]</c> over the nodes n on the path to class k and the branches b taken there.
/// A node of w branches has w - 1 logits, the first branch's being 0; one of two branches has one, and p is a sigmoid.
/// The probabilities sum to 1; it is a distribution of its own, and no approximation of another.</para>
/// <para>A class costs its code length: <see cref="CodeTree.CodeLength"/> decisions instead of V logits. A Huffman tree makes frequent
/// classes cheap. The flat tree is the plain softmax.</para>
/// <para>Train on <see cref="Losses(Tensor, Tensor, long)"/>, which takes only the decisions on the targets' paths. Calling the head gives
/// all V log-probabilities, and costs more than a plain softmax.</para>
/// <para>State: <c>decide.weight</c> <c>[V - 1, D]</c> and <c>decide.bias</c> <c>[V - 1]</c>, whatever the tree, node after node from the
/// root. The tree is not saved with it. Sources: Morin and Bengio 2005; Mikolov et al. 2013, section 2.1.</para>
/// </remarks>
public sealed class HierarchicalSoftmax : Module<Tensor, Tensor>
{
    private readonly Linear decide;
    private readonly TreeTables tables;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">Width of the features D, positive.</param>
    /// <param name="tree">Which decisions lead to which class.</param>
    /// <exception cref="ArgumentException">A width that is not positive, or no tree.</exception>
    public HierarchicalSoftmax(long width, CodeTree tree) : base(nameof(HierarchicalSoftmax))
    {
        Require.Positive(width);
        ArgumentNullException.ThrowIfNull(tree);
        Tree = tree;
        tables = new(tree);
        decide = Linear(width, tree.Classes - 1);
        RegisterComponents();
    }

    /// <summary>Which decisions lead to which class.</summary>
    public CodeTree Tree { get; }

    /// <summary>Maps features to the log-probabilities of all classes.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <returns>Log-probabilities, <c>[..., V]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        HeadShapes.RequireFeatures(features, decide);

        using var scope = NewDisposeScope();
        long[] leading = features.shape[..^1];
        var logits = decide.call(features.reshape(leading.Aggregate(1L, (a, b) => a * b), features.size(-1)));   // [N, V - 1]
        var total = zeros([logits.size(0), Tree.Classes], dtype: logits.dtype, device: logits.device);
        foreach (var level in tables.On(features.device))
        {
            var (nodes, width) = (level.Rows.size(0), level.Width);
            var shape = new[] { logits.size(0), nodes, width - 1 };
            var branches = LogProbs(logits.index_select(1, level.Rows.reshape(-1)).reshape(shape)).reshape(-1, nodes * width);
            for (var l = 0; l < level.Nodes.size(1); l++)                 // V numbers at a time
            {
                var node = level.Nodes.select(1, l);                      // [V]
                var taken = branches.index_select(1, node.clamp(min: 0) * width + level.Branches.select(1, l));
                total = total + taken.masked_fill(node < 0, 0);
            }
        }
        return total.reshape([.. leading, Tree.Classes]).MoveToOuterDisposeScope();
    }

    /// <summary>How surprising the true classes are: <c>-log p[y]</c>, at the cost of the decisions that lead to them.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <param name="targets">y, class indices in <c>[0, V)</c> or <paramref name="ignoreIndex"/>, <c>[...]</c>, int64.</param>
    /// <param name="ignoreIndex">The target to leave out: loss 0, gradient 0.</param>
    /// <returns>Nats per example, <c>[...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) an index outside.</exception>
    public Tensor Losses(Tensor features, Tensor targets, long ignoreIndex = Loss.DefaultIgnoreIndex)
    {
        HeadShapes.RequireTargets(features, targets, decide, Tree.Classes, ignoreIndex);

        using var scope = NewDisposeScope();
        var (rows, truth, valid) = HeadShapes.Valid(features, targets, ignoreIndex);
        var losses = zeros(truth.shape, dtype: rows.dtype, device: rows.device);
        foreach (var level in tables.On(features.device))
        {
            var node = level.Nodes.index_select(0, truth);                // [N, L]
            var taken = level.Branches.index_select(0, truth)[node >= 0]; // [M] decisions
            var example = (node >= 0).nonzero().select(1, 0);
            var logits = Logits(rows.index_select(0, example), node[node >= 0], level);
            losses = losses.index_add(0, example, LogProbs(logits).gather(1, taken.unsqueeze(1)).squeeze(1), -1);
        }
        return HeadShapes.PutBack(losses, valid, targets.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            tables.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The logits of one node for each row, <c>[M, width - 1]</c>.</summary>
    private Tensor Logits(Tensor rows, Tensor node, TreeLevel level)
    {
        var (weight, bias) = (decide.weight!, decide.bias!);
        if (level.Rows.size(0) == 1)                                      // one node for all: a matrix product, and no copy of it for each row
        {
            var all = level.Rows[0];
            return functional.linear(rows, weight.index_select(0, all), bias.index_select(0, all));
        }
        var asked = level.Rows.index_select(0, node);                     // [M, width - 1]
        var shape = new[] { asked.size(0), asked.size(1), rows.size(1) };
        var vectors = weight.index_select(0, asked.reshape(-1)).reshape(shape);
        return vectors.matmul(rows.unsqueeze(2)).squeeze(2) + bias.index_select(0, asked.reshape(-1)).reshape(asked.shape);
    }

    /// <summary>Log-probabilities of branches, <c>[..., width]</c>, from logits of all but the first.</summary>
    private static Tensor LogProbs(Tensor logits) =>
        Activation.LogSoftmax(cat([zeros_like(logits.narrow(-1, 0, 1)), logits], -1));
}

using Lab.Core.Activations;
using Lab.Core.Losses;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Heads;

/// <summary>A softmax over a large vocabulary in two steps: frequent classes at once, rare ones by way of their cluster.</summary>
/// <remarks>
/// <para>Formula: a frequent class has <c>log p[k] = logsoftmax(H·x)[k]</c>; one of cluster i has <c>log p[k] =
/// logsoftmax(H·x)[c + i] + logsoftmax(B[i]·A[i]·x)[k]</c> with c frequent classes, which stand beside the clusters in H. The
/// probabilities sum to 1; it is a distribution of its own, and no approximation of another.</para>
/// <para>Classes are numbered by falling frequency, class 0 the most frequent. Rare ones get narrower vectors: A[i] has
/// <c>max(1, ⌊D / divisor^(i + 1)⌋)</c> rows.</para>
/// <para>Train on <see cref="Losses(Tensor, Tensor, long)"/>, which looks only into the clusters that the targets are in. Calling the
/// head gives all V log-probabilities, and costs more than a plain softmax.</para>
/// <para>State: <c>head.weight</c> <c>[c + clusters, D]</c>, without bias; <c>tail.i.0.weight</c> (A) and <c>tail.i.1.weight</c> (B)
/// for each cluster: names and shapes of PyTorch's <c>AdaptiveLogSoftmaxWithLoss</c>. Source: Grave et al. 2017.</para>
/// </remarks>
public sealed class AdaptiveSoftmax : Module<Tensor, Tensor>
{
    private readonly Linear head;
    private readonly ModuleList<Sequential> tail;
    private readonly long[] ends;                         // where the frequent classes and each cluster end

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">Width of the features D, positive.</param>
    /// <param name="classes">Classes V, positive.</param>
    /// <param name="cutoffs">Where the frequent classes and all clusters but the last end: rising, above 0 and below V. None makes
    /// it a plain softmax.</param>
    /// <param name="divisor">How much narrower each cluster is than the one before, 1 or more.</param>
    /// <exception cref="ArgumentException">A size, cutoff or divisor other than those above.</exception>
    public AdaptiveSoftmax(long width, long classes, IReadOnlyList<long> cutoffs, double divisor = 4) : base(nameof(AdaptiveSoftmax))
    {
        Require.Positive(width);
        Require.Positive(classes);
        ArgumentNullException.ThrowIfNull(cutoffs);
        for (var i = 0; i < cutoffs.Count; i++)
            if (cutoffs[i] <= (i == 0 ? 0 : cutoffs[i - 1]) || cutoffs[i] >= classes)
                throw new ArgumentException(
                    $"cutoffs must rise, above 0 and below {classes}, got [{string.Join(", ", cutoffs)}].", nameof(cutoffs));
        if (!(divisor >= 1) || double.IsInfinity(divisor))
            throw new ArgumentOutOfRangeException(nameof(divisor), divisor, "Must be 1 or more, and finite.");

        ends = [.. cutoffs, classes];
        head = Linear(width, ends[0] + cutoffs.Count, hasBias: false);
        tail = ModuleList([.. Enumerable.Range(0, cutoffs.Count).Select(i =>
        {
            var narrow = Math.Max(1, (long)(width / Math.Pow(divisor, i + 1)));
            return Sequential(Linear(width, narrow, hasBias: false), Linear(narrow, ends[i + 1] - ends[i], hasBias: false));
        })]);
        RegisterComponents();
    }

    /// <summary>Maps features to the log-probabilities of all classes.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <returns>Log-probabilities, <c>[..., V]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        HeadShapes.RequireFeatures(features, head);

        using var scope = NewDisposeScope();
        var top = Activation.LogSoftmax(head.call(features));             // [..., c + clusters]
        var parts = new List<Tensor> { top.narrow(-1, 0, ends[0]) };
        for (var i = 0; i < tail.Count; i++)
            parts.Add(top.narrow(-1, ends[0] + i, 1) + Activation.LogSoftmax(tail[i].call(features)));
        return cat(parts, -1).MoveToOuterDisposeScope();
    }

    /// <summary>How surprising the true classes are: <c>-log p[y]</c>, at the cost of the clusters that hold one of them.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <param name="targets">y, class indices in <c>[0, V)</c> or <paramref name="ignoreIndex"/>, <c>[...]</c>, int64.</param>
    /// <param name="ignoreIndex">The target to leave out: loss 0, gradient 0.</param>
    /// <returns>Nats per example, <c>[...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) an index outside.</exception>
    public Tensor Losses(Tensor features, Tensor targets, long ignoreIndex = Loss.DefaultIgnoreIndex)
    {
        HeadShapes.RequireTargets(features, targets, head, ends[^1], ignoreIndex);

        using var scope = NewDisposeScope();
        var (rows, truth, valid) = HeadShapes.Valid(features, targets, ignoreIndex);
        var first = truth;                                                // [N]: the class, or the place of its cluster
        var deeper = new List<(Tensor Rows, Tensor Losses)>();
        for (var i = 0; i < tail.Count; i++)
        {
            var inside = (truth >= ends[i]).logical_and(truth < ends[i + 1]);
            first = first.masked_fill(inside, ends[0] + i);
            var members = inside.nonzero().squeeze(1);                    // [M]
            var logits = tail[i].call(rows.index_select(0, members));
            deeper.Add((members, Loss.CrossEntropy(logits, truth.index_select(0, members) - ends[i])));
        }
        var losses = Loss.CrossEntropy(head.call(rows), first);
        foreach (var (members, more) in deeper)
            losses = losses.index_add(0, members, more, 1);
        return HeadShapes.PutBack(losses, valid, targets.shape).MoveToOuterDisposeScope();
    }

    /// <summary>The most probable class, looking into clusters only where one may hold it.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <returns>Class indices, <c>[...]</c>, int64.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public Tensor Predict(Tensor features)
    {
        HeadShapes.RequireFeatures(features, head);

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var rows = features.reshape(-1, features.size(-1));
        var best = head.call(rows).argmax(1);                             // a class is no more probable than its cluster
        var open = (best >= ends[0]).nonzero().squeeze(1);
        if (open.size(0) > 0)
            best = best.index_copy(0, open, forward(rows.index_select(0, open)).argmax(1));
        return best.reshape(features.shape[..^1]).MoveToOuterDisposeScope();
    }
}

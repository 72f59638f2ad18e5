using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Trees;

/// <summary>Scores every word as the head of every other: the head of a graph-based dependency parser.</summary>
/// <remarks>
/// <para>Formula: <c>arcs[h, m] = e[h]·W·d[m] + w·e[h]</c> with <c>e = ReLU(head(x))</c> and <c>d = ReLU(dependent(x))</c>: two views of each word, as a head
/// and as what hangs on one. The first term asks whether the two fit, the second how often a word is a head at all. Position 0, the root, has
/// a vector of its own.</para>
/// <para>Losses: <see cref="DependencyCrf.HeadSelectionCrossEntropy"/>, <see cref="DependencyCrf.HeadsNegativeLogLikelihood"/>,
/// <see cref="DependencyCrf.HeadsHinge"/>; decoding: <see cref="DependencyCrf.BestHeads"/>.</para>
/// <para>State: <c>root</c> <c>[D]</c>, <c>head.weight</c> <c>[A, D]</c>, <c>head.bias</c>, <c>dependent.weight</c> <c>[A, D]</c>, <c>dependent.bias</c>,
/// <c>pair</c> <c>[A, A]</c>, <c>prior</c> <c>[A]</c>. Source: Dozat and Manning 2017.</para>
/// </remarks>
public sealed class BiaffineArcHead : Module<Tensor, Tensor>
{
    private readonly Parameter root;
    private readonly Linear head;
    private readonly Linear dependent;
    private readonly Parameter pair;
    private readonly Parameter prior;

    /// <summary>Makes a head with small random weights.</summary>
    /// <param name="width">D, the width of the features, positive.</param>
    /// <param name="arcWidth">A, the width of the two views, positive.</param>
    /// <exception cref="ArgumentException">A width that is not positive.</exception>
    public BiaffineArcHead(long width, long arcWidth) : base(nameof(BiaffineArcHead))
    {
        Require.Positive(width);
        Require.Positive(arcWidth);
        var bound = 1 / Math.Sqrt(arcWidth);
        root = BiaffineParts.Random(1, width);
        head = Linear(width, arcWidth);
        dependent = Linear(width, arcWidth);
        pair = BiaffineParts.Random(bound, arcWidth, arcWidth);
        prior = BiaffineParts.Random(bound, arcWidth);
        RegisterComponents();
    }

    /// <summary>Scores of arcs by head and word.</summary>
    /// <param name="features">One vector a word, <c>[B, T, D]</c> with T at least 1, floating point.</param>
    /// <returns><c>[B, T + 1, T + 1]</c>, the root first. Column 0 and the diagonal hold numbers that mean nothing.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        BiaffineParts.Check(features, root);

        using var scope = NewDisposeScope();
        var x = BiaffineParts.WithRoot(features, root);                   // [B, T + 1, D]
        var (heads, dependents) = (functional.relu(head.call(x)), functional.relu(dependent.call(x)));
        var fit = heads.matmul(pair).matmul(dependents.transpose(1, 2));  // [B, T + 1, T + 1]
        return (fit + heads.matmul(prior).unsqueeze(2)).MoveToOuterDisposeScope();
    }
}

/// <summary>Says in what relation each word stands to its head: subject, object, determiner.</summary>
/// <remarks>
/// <para>Formula: <c>logits[m, r] = e·U[r]·d + relation([e, d])[r]</c> with <c>e = ReLU(head(x[heads[m]]))</c> and <c>d = ReLU(dependent(x[m]))</c>. It is
/// asked for one head a word: the right ones in training, those found in use.</para>
/// <para>Loss: <c>Loss.CrossEntropy</c> over the relations. State: <c>root</c> <c>[D]</c>, <c>head</c> and <c>dependent</c> (linear, to A), <c>pair</c>
/// <c>[R, A, A]</c>, <c>relation.weight</c> <c>[R, 2·A]</c>, <c>relation.bias</c>. Source: Dozat and Manning 2017.</para>
/// </remarks>
public sealed class BiaffineLabelHead : Module<Tensor, Tensor, Tensor>
{
    private readonly Parameter root;
    private readonly Linear head;
    private readonly Linear dependent;
    private readonly Parameter pair;
    private readonly Linear relation;

    /// <summary>Makes a head with small random weights.</summary>
    /// <param name="width">D, the width of the features, positive.</param>
    /// <param name="labelWidth">A, the width of the two views, positive.</param>
    /// <param name="labels">R, how many relations there are, positive.</param>
    /// <exception cref="ArgumentException">A size that is not positive.</exception>
    public BiaffineLabelHead(long width, long labelWidth, long labels) : base(nameof(BiaffineLabelHead))
    {
        Require.Positive(width);
        Require.Positive(labelWidth);
        Require.Positive(labels);
        root = BiaffineParts.Random(1, width);
        head = Linear(width, labelWidth);
        dependent = Linear(width, labelWidth);
        pair = BiaffineParts.Random(1 / Math.Sqrt(labelWidth), labels, labelWidth, labelWidth);
        relation = Linear(2 * labelWidth, labels);
        RegisterComponents();
    }

    /// <summary>Scores of relations.</summary>
    /// <param name="features">One vector a word, <c>[B, T, D]</c> with T at least 1, floating point.</param>
    /// <param name="heads">For each word the position of its head, 0 for the root, <c>[B, T]</c>, int64; what is negative (padding) is taken
    /// for the root.</param>
    /// <returns>Logits, <c>[B, T, R]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a head beyond T.</exception>
    public override Tensor forward(Tensor features, Tensor heads)
    {
        BiaffineParts.Check(features, root);
        BiaffineParts.Heads(heads, features);

        using var scope = NewDisposeScope();
        var x = BiaffineParts.WithRoot(features, root);
        var chosen = heads.clamp(min: 0).unsqueeze(2).expand(heads.size(0), heads.size(1), features.size(2));
        var (e, d) = (functional.relu(head.call(x.gather(1, chosen))), functional.relu(dependent.call(features)));      // [B, T, A]
        var fit = (e.unsqueeze(2).unsqueeze(3).matmul(pair).squeeze(3) * d.unsqueeze(2)).sum(-1);                       // [B, T, R]
        return (fit + relation.call(cat([e, d], 2))).MoveToOuterDisposeScope();
    }
}

/// <summary>What the two heads share.</summary>
internal static class BiaffineParts
{
    /// <summary>A parameter that outlives the scope it is made in.</summary>
    public static Parameter Random(double bound, params long[] shape) =>
        (Parameter)new Parameter(empty(shape).uniform_(-bound, bound)).DetachFromDisposeScope();

    public static void Check(Tensor features, Parameter root)
    {
        Require.FloatingPoint(features);
        if (features.shape is not [_, > 0, var width] || width != root.size(0))
            throw Require.BadShape(features, $"[B, T, {root.size(0)}] with T >= 1");
        Require.SameDtype(features, root, likeName: "the head");
        Require.SameDevice(features, root, likeName: "the head");
    }

    public static void Heads(Tensor heads, Tensor features)
    {
        ArgumentNullException.ThrowIfNull(heads);
        if (heads.dtype != ScalarType.Int64)
            throw new ArgumentException($"heads must be positions of dtype Int64, got {heads.dtype}.", nameof(heads));
        Require.Shape(heads, [features.size(0), features.size(1)]);
        Require.SameDevice(heads, features);
        if (heads.device_type != TorchSharp.DeviceType.CPU || heads.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var most = TorchSharp.TensorExtensionMethods.ToInt64(heads.max());
        if (most > features.size(1))
            throw new ArgumentException($"heads must be at most {features.size(1)}, got {most}.", nameof(heads));
    }

    public static Tensor WithRoot(Tensor features, Parameter root) =>
        cat([root.expand(features.size(0), 1, features.size(2)), features], 1);
}

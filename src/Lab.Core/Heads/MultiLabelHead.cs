using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Heads;

/// <summary>The head for labels that do not exclude each other: one logit per label, each a question of its own.</summary>
/// <remarks>
/// <para>Formula: <c>z = W·x + b</c>. No sigmoid: <see cref="Losses.Loss.BinaryCrossEntropyWithLogits"/> and
/// <see cref="Losses.Loss.SigmoidFocal"/> apply it themselves. No softmax either: it would make the labels compete for one
/// unit of probability, and a picture with a dog and a cat could be at most half of each.</para>
/// <para>A label is predicted where its probability reaches its threshold: 1/2 at the start, which is right when both
/// mistakes cost the same. Labels that are rare, or judged by F1, want another, found on validation data by
/// <see cref="FitThresholds"/>.</para>
/// <para>State: <c>classify.weight</c> <c>[L, D]</c>, <c>classify.bias</c> <c>[L]</c>, and the buffer <c>thresholds</c> <c>[L]</c>,
/// which is saved, loaded and moved with the head and does not learn: D·L + L numbers learn.</para>
/// </remarks>
public sealed class MultiLabelHead : Module<Tensor, Tensor>
{
    private readonly Linear classify;
    private readonly Tensor thresholds;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">Width of the features D, positive.</param>
    /// <param name="labels">Labels L, positive.</param>
    /// <param name="threshold">The probability from which a label counts as there, in <c>(0, 1)</c>.</param>
    /// <exception cref="ArgumentException">A size that is not positive, or a threshold outside.</exception>
    public MultiLabelHead(long width, long labels, double threshold = 0.5) : base(nameof(MultiLabelHead))
    {
        Require.Positive(width);
        Require.Positive(labels);
        if (threshold is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Must be in (0, 1).");

        classify = Linear(width, labels);
        thresholds = full([labels], threshold, dtype: classify.weight!.dtype).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>The probability from which each label counts as there, <c>[L]</c>: the head's own buffer.</summary>
    public Tensor Thresholds => thresholds;

    /// <summary>Maps features to logits.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <returns>Log odds, <c>[..., L]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        HeadShapes.RequireFeatures(features, classify);
        return classify.call(features);
    }

    /// <summary>Decides from logits which labels are there: <c>σ(z) ≥ threshold</c>.</summary>
    /// <param name="logits">What the head put out, <c>[..., L]</c>.</param>
    /// <returns>Bool, <c>[..., L]</c>; true = the label is there.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public Tensor Predict(Tensor logits)
    {
        RequireLogits(logits);

        using var scope = NewDisposeScope();
        return (Activation.Sigmoid(logits.detach()) >= thresholds).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Sets each label's threshold to the one with the best F1 on data that the head was not trained on, halfway to the next
    /// lower probability there (or to 0); of equally good ones the highest. A label that no example has keeps its threshold.
    /// </summary>
    /// <remarks>
    /// <para>F1 = <c>2·TP / (predicted + present)</c>. On the training data the head is surer than it should be, and the
    /// thresholds come out wrong. With few examples of a label they are noise: look at how many there are.</para>
    /// </remarks>
    /// <param name="logits">What the head put out for the validation data, <c>[..., L]</c>.</param>
    /// <param name="targets">1 where the label is there, else 0, the shape of <paramref name="logits"/>; any dtype.</param>
    /// <returns>The F1 that each label now has on this data, <c>[L]</c>; NaN for a label that no example has.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a target
    /// that is neither 0 nor 1.</exception>
    public Tensor FitThresholds(Tensor logits, Tensor targets)
    {
        RequireLogits(logits);
        ArgumentNullException.ThrowIfNull(targets);
        Require.Shape(targets, logits.shape);
        Require.SameDevice(targets, logits);
        Require.ZeroOrOne(targets);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var labels = thresholds.size(0);
        var (best, f1) = F1Thresholds.Find(
            Activation.Sigmoid(logits.detach()).reshape(-1, labels), targets.reshape(-1, labels), thresholds);
        thresholds.copy_(best);
        return f1.MoveToOuterDisposeScope();
    }

    private void RequireLogits(Tensor logits)
    {
        Require.FloatingPoint(logits);
        var labels = thresholds.size(0);
        if (logits.shape is not [.., var got] || got != labels)
            throw Require.BadShape(logits, $"[..., {labels}], one entry per label");
        Require.SameDtype(logits, thresholds, likeName: "the head");
        Require.SameDevice(logits, thresholds, likeName: "the head");
    }
}

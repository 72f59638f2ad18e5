using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Heads;

/// <summary>The head of a classifier: one logit per class, of which exactly one is right.</summary>
/// <remarks>
/// <para>Formula: <c>z = W·x + b</c>. No softmax: <see cref="Losses.Loss.CrossEntropy"/> and <see cref="Losses.Loss.Focal"/> apply
/// it themselves, and argmax does not need it. To read probabilities, take <c>Activation.Softmax(logits, -1)</c>.</para>
/// <para>State: <c>classify.weight</c> <c>[K, D]</c> and, unless left out, <c>classify.bias</c> <c>[K]</c>: D·K + K numbers.</para>
/// <para>The losses want the classes in dimension 1. With more than one leading dimension, flatten them first:
/// <c>Loss.CrossEntropy(logits.flatten(0, -2), targets.flatten())</c>.</para>
/// </remarks>
public sealed class LinearHead : Module<Tensor, Tensor>
{
    private readonly Linear classify;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">Width of the features D, positive.</param>
    /// <param name="classes">Classes K, positive.</param>
    /// <param name="bias">Whether each class has a number of its own added.</param>
    /// <exception cref="ArgumentException">A size that is not positive.</exception>
    public LinearHead(long width, long classes, bool bias = true) : base(nameof(LinearHead))
    {
        Require.Positive(width);
        Require.Positive(classes);
        classify = Linear(width, classes, bias);
        RegisterComponents();
    }

    /// <summary>Maps features to logits.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <returns>Unnormalised scores, <c>[..., K]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        HeadShapes.RequireFeatures(features, classify);
        return classify.call(features);
    }
}

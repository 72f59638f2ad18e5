using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Heads;

/// <summary>The head of a regression: one number per example, any real one.</summary>
/// <remarks>
/// <para>Formula: <c>w·x + b</c>, without the dimension of size 1 that a linear layer leaves: <c>[B, 1]</c> against targets
/// <c>[B]</c> broadcasts to <c>[B, B]</c> elsewhere, and a network trained so learns to answer the mean.</para>
/// <para>What the number means is up to the loss: the value itself (<see cref="Losses.Loss.SquaredError"/>), its logarithm
/// (<see cref="Losses.Loss.SquaredLogError"/>), the logarithm of a rate
/// (<see cref="Losses.Loss.PoissonNegativeLogLikelihood"/>), or the logit of yes
/// (<see cref="Losses.Loss.BinaryCrossEntropyWithLogits"/>).</para>
/// <para>State: <c>regress.weight</c> <c>[1, D]</c> and, unless left out, <c>regress.bias</c> <c>[1]</c>: D + 1 numbers.</para>
/// </remarks>
public sealed class ScalarHead : Module<Tensor, Tensor>
{
    private readonly Linear regress;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">Width of the features D, positive.</param>
    /// <param name="bias">Whether a number of its own is added.</param>
    /// <exception cref="ArgumentException">A width that is not positive.</exception>
    public ScalarHead(long width, bool bias = true) : base(nameof(ScalarHead))
    {
        Require.Positive(width);
        regress = Linear(width, 1, bias);
        RegisterComponents();
    }

    /// <summary>Maps features to one number each.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <returns><c>[...]</c>: a scalar for a single example <c>[D]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        HeadShapes.RequireFeatures(features, regress);

        using var scope = NewDisposeScope();
        return regress.call(features).squeeze(-1).MoveToOuterDisposeScope();
    }
}

using static TorchSharp.torch;

namespace Lab.Core.Similarities;

public static partial class Similarity
{
    /// <summary>The length of the difference of two vectors.</summary>
    /// <remarks>
    /// <para>Formula: <c>d = ‖x - y‖ = √Σ (x[i] - y[i])²</c>.</para>
    /// <para>Gradient: <c>(x - y) / d</c> in x, the opposite in y: of length 1 however near the two are, and 0 where they are
    /// equal and no direction leads away.</para>
    /// <para>Numerics: the largest difference is taken out before squaring, so lengths of 1e200 neither overflow nor vanish.
    /// The textbook's square root has the gradient NaN where the vectors are equal.</para>
    /// <para>Oracle: <c>norm</c> of the difference. The library's <c>nn.functional.pairwise_distance</c> adds 1e-6 to every
    /// difference to get round the root, and so says 1e-6·√D for equal vectors.</para>
    /// </remarks>
    /// <param name="first">x, <c>[..., D]</c> with D >= 1, floating point.</param>
    /// <param name="second">y, the shape and dtype of <paramref name="first"/>.</param>
    /// <returns>Distances in the vectors' unit, <c>[...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static Tensor EuclideanDistance(Tensor first, Tensor second)
    {
        EmbeddingShapes.RequirePairs(first, second);

        using var scope = NewDisposeScope();
        var difference = first - second;                                  // [..., D]
        var scale = difference.detach().abs().amax([-1], keepdim: true);
        var equal = scale == 0;
        scale = scale.masked_fill(equal, 1);
        var square = (difference / scale).square().sum(-1, keepdim: true);
        var root = square.masked_fill(equal, 1).sqrt().masked_fill(equal, 0);   // √ has no slope at 0
        return (root * scale).squeeze(-1).MoveToOuterDisposeScope();
    }
}

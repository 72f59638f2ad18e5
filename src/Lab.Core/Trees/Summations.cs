using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>
/// What "adding up the alternatives" may mean. One recursion serves all: with logarithms of sums it gives log Z, with maxima the best
/// score, with drawing a sample. The <b>gradient</b> of its result then says what it took: probabilities, the best tree, the tree drawn.
/// </summary>
internal static class Summations
{
    public static Summation LogSum { get; } = terms => Activation.LogSumExp(terms, -1, keepdim: true);

    /// <summary>The first of the greatest, and all gradient to it alone.</summary>
    public static Summation Max { get; } = terms => terms.max(-1, keepdim: true).values;

    /// <summary>The greatest N, in order; -∞ where there are fewer.</summary>
    public static Summation Greatest(int count) => terms =>
    {
        using var scope = NewDisposeScope();
        var missing = count - terms.size(-1);
        if (missing > 0)
            terms = cat([terms, full([.. terms.shape[..^1], missing], double.NegativeInfinity, terms.dtype, terms.device)], -1);
        return terms.topk(count, dim: -1).values.MoveToOuterDisposeScope();
    };

    /// <summary>The value of <see cref="LogSum"/>, and all gradient to one alternative, drawn with its probability.</summary>
    public static Summation Draw(Generator generator) => terms =>
    {
        using var scope = NewDisposeScope();
        var total = LogSum(terms.detach());
        var mass = (terms.detach() - total.masked_fill(total.isinf(), 0)).exp().to(ScalarType.Float64).cumsum(-1);
        var all = mass.narrow(-1, mass.size(-1) - 1, 1);
        var uniform = rand(total.shape, ScalarType.Float64, generator.device, generator: generator).to(terms.device);
        var which = (mass <= uniform * all).logical_and(mass < all).sum(-1, keepdim: true, type: ScalarType.Int64);
        var drawn = terms.gather(-1, which);
        var slope = (drawn - drawn.detach()).nan_to_num(0);               // 0, with the gradient of what was drawn; -∞ - -∞ is NaN
        return (total + slope).MoveToOuterDisposeScope();
    };
}

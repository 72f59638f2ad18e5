using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.NonAutoregressive;

/// <summary>What mask-predict found, and what the model saw on the way.</summary>
/// <param name="Tokens"><c>[B, N]</c>, int64; the padding behind an example's length.</param>
/// <param name="LogProbs">The log-probability of each token when it was chosen, <c>[B, N]</c>, the dtype of the model's output;
/// 0 in padding.</param>
/// <param name="Inputs">The tokens that the model was given at each of the I iterations, masks among them, <c>[I, B, N]</c>,
/// int64.</param>
public sealed record MaskPredicted(Tensor Tokens, Tensor LogProbs, Tensor Inputs);

public static partial class ParallelDecoding
{
    /// <summary>Mask-predict: all positions at once, then again and again those of which the model was least sure.</summary>
    /// <remarks>
    /// <para>Formula: iteration i of I (from 0) masks the <c>⌊n·(I - i)/I⌋</c> least probable of an example's n tokens, all of
    /// them in the first, and puts the model's most probable token at each mask. The other tokens stay, with the log-probability
    /// that they were chosen with. So I calls of the model write a sequence of any length.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: of equally probable tokens the first, of equally sure positions the first is masked. The mask itself is
    /// never an answer: its probability goes to the others. Probabilities are compared in float64: where a model is nearly certain,
    /// float32 tells no two of them apart.</para>
    /// <para>Oracle: loops over plain doubles. Source: Ghazvininejad et al. 2019, section 3.</para>
    /// </remarks>
    /// <param name="model">Maps tokens <c>[B, N]</c>, int64, to logits <c>[B, N, V]</c>, floating point. It looks at the whole
    /// row, knows the input by itself, and is called without autograd. What it returns is disposed.</param>
    /// <param name="lengths">How many tokens each example has, <c>[B]</c>, int64, in <c>[0, N]</c>.</param>
    /// <param name="positions">N.</param>
    /// <param name="mask">The token that stands for "not known yet".</param>
    /// <param name="padding">The token behind an example's length.</param>
    /// <param name="iterations">I, 1 or more; 1 is independent decoding.</param>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above, or logits of another shape or
    /// dtype.</exception>
    public static MaskPredicted MaskPredict(
        Func<Tensor, Tensor> model, Tensor lengths, long positions, long mask, long padding, int iterations = 4)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(lengths);
        if (lengths.shape is not [var batch])
            throw Require.BadShape(lengths, "[B]");
        ArgumentOutOfRangeException.ThrowIfNegative(positions);
        PositionShapes.RequireLengths(lengths, batch, 0, positions, nameof(lengths));
        if (iterations < 1)
            throw new ArgumentOutOfRangeException(nameof(iterations), iterations, "Must be 1 or more.");
        if (mask == padding)
            throw new ArgumentException($"{nameof(mask)} must not be the padding, {padding}, got {mask}.", nameof(mask));

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var valid = PositionShapes.Valid(lengths, batch, positions, lengths.device);
        var tokens = full_like(valid, padding, dtype: ScalarType.Int64);
        var (logProbs, inputs, dtype) = (zeros([]), new Tensor[iterations], ScalarType.Float64);
        for (var i = 0; i < iterations; i++)
        {
            var again = i == 0 ? valid : LeastSure(logProbs, (lengths * (iterations - i)).div(iterations, RoundingMode.floor));
            inputs[i] = tokens.masked_fill(again, mask);
            (var best, var sure, dtype) = Predict(model, inputs[i], mask);
            tokens = where(again, best, tokens);
            logProbs = where(again, sure, i == 0 ? zeros_like(sure) : logProbs);
        }
        return new(
            tokens.MoveToOuterDisposeScope(), logProbs.to(dtype).MoveToOuterDisposeScope(), stack(inputs).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The least probable positions of each example, as many as wanted: <c>[B, N]</c>. The sort is stable, so that padding, of
    /// log-probability 0 and behind all others, comes last.
    /// </summary>
    private static Tensor LeastSure(Tensor logProbs, Tensor count) =>
        logProbs.sort(1, false, true).Indices.argsort(1) < count.unsqueeze(1);

    private static (Tensor Tokens, Tensor LogProbs, ScalarType Dtype) Predict(Func<Tensor, Tensor> model, Tensor tokens, long mask)
    {
        using var scope = NewDisposeScope();
        var logits = model(tokens) ?? throw new ArgumentException("model must return logits, got null.", nameof(model));
        if (!logits.is_floating_point() || logits.shape is not [var batch, var positions, var vocabulary]
            || batch != tokens.size(0) || positions != tokens.size(1) || vocabulary < (mask == 0 ? 2 : 1))
        {
            throw new ArgumentException(
                $"model must return floating-point logits of shape [{tokens.size(0)}, {tokens.size(1)}, V], with a token besides "
                + $"the mask, got {logits.dtype} of shape [{string.Join(", ", logits.shape)}].", nameof(model));
        }
        var (scores, dtype) = (logits.to(ScalarType.Float64), logits.dtype);
        if (mask >= 0 && mask < vocabulary)
            scores = scores.masked_fill(arange(vocabulary, device: scores.device) == mask, double.NegativeInfinity);
        var (best, logProbs) = PositionShapes.Best(Activation.LogSoftmax(scores, -1));
        return (best.MoveToOuterDisposeScope(), logProbs.MoveToOuterDisposeScope(), dtype);
    }
}

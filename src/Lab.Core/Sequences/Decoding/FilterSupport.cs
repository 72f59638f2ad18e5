using System.Runtime.CompilerServices;
using Lab.Core.Kernels;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>
/// What can be done to the scores of the next token before one is chosen. Each filter maps logits <c>[N, V]</c> to logits
/// <c>[N, V]</c>, with -∞ for tokens that are out, so that any of them can follow any other.
/// </summary>
/// <remarks>
/// Tokens that score the same are ordered by index, the lowest first, here and in every strategy: results do not depend on how a
/// sort breaks ties. Masses and thresholds are computed in float64, and met within <c>1e-6</c>: the probability 0.5, which comes
/// back from float32 logits as 0.49999997, still reaches a threshold of 0.5.
/// </remarks>
public static partial class LogitFilter
{
    private const double Slack = 1e-6;

    /// <summary>Checks logits [N, V], and gives V.</summary>
    private static long Vocabulary(Tensor logits, [CallerArgumentExpression(nameof(logits))] string? name = null)
    {
        Require.FloatingPoint(logits, name);
        return logits.shape is [_, var size and > 0] ? size : throw Require.BadShape(logits, "[N, V] with V >= 1", name);
    }

    /// <summary>Checks the tokens so far, [N, T], against logits [N, V].</summary>
    private static void Prefix(Tensor prefix, Tensor logits, [CallerArgumentExpression(nameof(prefix))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(prefix, name);
        if (prefix.dim() != 2 || prefix.size(0) != logits.size(0))
            throw Require.BadShape(prefix, $"[{logits.size(0)}, T]", name);
        Require.ClassIndices(prefix, logits.size(1), ignoreIndex: 0, name);
        Require.SameDevice(prefix, logits, name, nameof(logits));
    }

    /// <summary>Whether the fused form runs: it makes no graph.</summary>
    private static bool KernelTakes(Tensor logits) => Forms.KernelTakes(logits, 1) && !(logits.requires_grad && is_grad_enabled());

    private static void Share(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value > 0 && value <= 1))
            throw new ArgumentOutOfRangeException(name, value, "Must be in (0, 1].");
    }

    /// <summary>The logits of some tokens as they are, -∞ for all others.</summary>
    private static Tensor Keep(Tensor logits, Tensor keep) => where(keep, logits, MinusInfinity(logits));

    private static Tensor MinusInfinity(Tensor like) => full([1], double.NegativeInfinity, dtype: like.dtype, device: like.device);

    /// <summary>A mask [N, V] of the tokens that a row has where they count.</summary>
    private static Tensor Marked(Tensor tokens, Tensor counts, long vocabulary)
    {
        var places = where(counts, tokens, vocabulary);                   // those that do not count go to a column of their own
        return zeros([tokens.size(0), vocabulary + 1], dtype: ScalarType.Bool, device: tokens.device)
            .scatter_(1, places, ones_like(places, dtype: ScalarType.Bool)).narrow(1, 0, vocabulary);
    }

    /// <summary>
    /// The shortest run of tokens, in order, whose mass reaches a share: a mask. A token is in when the mass before it falls
    /// short of the share.
    /// </summary>
    private static Tensor Reaching(double share, Tensor orderedMass, Tensor order)
    {
        var before = orderedMass.cumsum(-1) - orderedMass;
        var count = (before < share - Slack).sum(-1, keepdim: true).clamp(min: 1);
        return order.argsort(-1) < count;                                 // a token's place in the order, from 0
    }
}

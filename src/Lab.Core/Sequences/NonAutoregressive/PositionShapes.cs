using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.NonAutoregressive;

/// <summary>Checks that the ops over positions share.</summary>
internal static class PositionShapes
{
    /// <summary>One length per example, int64, between a least and a most; those on the CPU are looked at.</summary>
    public static void RequireLengths(Tensor lengths, long batch, long least, long most, string name)
    {
        Require.Shape(lengths, [batch], name);
        if (lengths.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be of dtype Int64, got {lengths.dtype}.", name);
        if (lengths.device_type != DeviceType.CPU || lengths.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var outside = (lengths < least).logical_or(lengths > most);
        if (outside.any().ToBoolean())
            throw new ArgumentException($"{name} must lie in [{least}, {most}], got {lengths[outside][0].ToInt64()}.", name);
    }

    /// <summary>Where positions are no padding, <c>[B, N]</c>; everywhere without lengths.</summary>
    public static Tensor Valid(Tensor? lengths, long batch, long positions, Device device) => lengths is null
        ? ones([batch, positions], dtype: ScalarType.Bool, device: device)
        : arange(positions, device: device) < lengths.unsqueeze(1);

    /// <summary>The first of the most probable entries of <c>[..., V]</c>, and its value.</summary>
    public static (Tensor Tokens, Tensor LogProbs) Best(Tensor logProbs)
    {
        var (values, last) = (logProbs.detach(), logProbs.size(-1) - 1);
        var tokens = arange(last + 1, device: values.device)
            .masked_fill(values != values.amax([-1], keepdim: true), last).amin([-1]);
        return (tokens, logProbs.gather(-1, tokens.unsqueeze(-1)).squeeze(-1));
    }
}

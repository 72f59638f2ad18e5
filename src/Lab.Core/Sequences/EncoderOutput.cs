using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>A source, read: one vector for each of its tokens, for a decoder to look at.</summary>
/// <param name="Memory">What the encoder made of each token, <c>[B, S, M]</c>; padded places do not count, whatever they hold.</param>
/// <param name="Mask">True where there is a token and not padding, boolean, <c>[B, S]</c>.</param>
public sealed record EncoderOutput(Tensor Memory, Tensor Mask)
{
    /// <summary>Checks that the two belong together and that the memory has a width.</summary>
    internal void RequireWidth(long width, Tensor like, string name)
    {
        Require.FloatingPoint(Memory, name);
        if (Memory.shape is not [var batch, > 0, var got] || got != width)
            throw Require.BadShape(Memory, $"[B, S, {width}] with S >= 1", name);
        Require.SameDtype(Memory, like, name, "the decoder");
        Require.SameDevice(Memory, like, name, "the decoder");
        Require.Mask(Mask, name);
        if (!Mask.shape.AsSpan().SequenceEqual([batch, Memory.size(1)]))
            throw Require.BadShape(Mask, $"[{batch}, {Memory.size(1)}], as the memory has,", name);
        Require.SameDevice(Mask, Memory, name, "the memory");
    }
}

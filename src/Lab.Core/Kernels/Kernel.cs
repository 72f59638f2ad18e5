using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>An op's fused form: its value, its gradient, and the gradient once more by tensor operations.</summary>
internal abstract class Kernel
{
    /// <summary>The value; and what <see cref="Backward"/> wants to see again, where a gradient will be asked for.</summary>
    /// <param name="logits">Contiguous.</param>
    /// <param name="constants">Contiguous: targets, weights.</param>
    /// <param name="save">Whether a gradient will be asked for.</param>
    public abstract (Tensor Result, Tensor[] Saved) Forward(Tensor logits, Tensor[] constants, bool save);

    /// <summary>The gradient in the logits. It must not write on what was saved: the graph may be kept for a second run.</summary>
    public abstract Tensor Backward(Tensor upstream, Tensor[] saved);

    /// <summary>The same by tensor operations, so that it can be differentiated again.</summary>
    public abstract Tensor ReadableBackward(Tensor upstream, Tensor[] saved);

    /// <summary>The gradient of the readable form, by running it again.</summary>
    protected static Tensor Replay(Func<Tensor, Tensor> op, Tensor logits, Tensor upstream)
    {
        using var readable = Forms.Only(Form.Readable);
        return autograd.grad([op(logits)], [logits], [upstream], create_graph: true, retain_graph: true)[0];
    }

    /// <summary>Keeps tensors until here, whose memory was worked on by pointer.</summary>
    protected static void KeepAlive(ReadOnlySpan<Tensor> tensors)
    {
        foreach (var tensor in tensors)
            GC.KeepAlive(tensor);
    }
}

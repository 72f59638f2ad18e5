using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Heads;

/// <summary>One call of a layer, as an <see cref="OutputRecorder"/> saw it.</summary>
/// <remarks>
/// The tensors belong to the recorder, which frees them when the record leaves the ring or the recorder is disposed:
/// <c>clone</c> what has to live longer. They have no graph, and no dispose scope of yours frees them.
/// </remarks>
public sealed class RecordedOutput
{
    internal RecordedOutput(long call, Tensor logits) => (Call, Logits) = (call, logits);

    /// <summary>The number of this recorded call of the layer, counted from 0.</summary>
    public long Call { get; }

    /// <summary>What the layer put out: logits, where it is the last one of a classifier.</summary>
    public Tensor Logits { get; }

    /// <summary>
    /// The gradient of the loss in <see cref="Logits"/>, summed over all uses of the output; null until the backward pass has
    /// come by, and where none did. After several backward passes through one graph, that of the last.
    /// </summary>
    public Tensor? Gradient { get; private set; }

    /// <summary>The softmax of the logits, computed now from what was recorded: the caller's to dispose.</summary>
    /// <param name="dim">The dimension that holds the classes; negative counts from the end.</param>
    /// <returns>Probabilities, the shape of <see cref="Logits"/>.</returns>
    /// <exception cref="ArgumentException">No such dimension.</exception>
    public Tensor Probabilities(long dim = 1) => Activation.Softmax(Logits, dim);

    internal bool Freed { get; private set; }

    internal void Complete(Tensor gradient)
    {
        Gradient?.Dispose();
        Gradient = gradient;
    }

    internal void Free()
    {
        Freed = true;
        Logits.Dispose();
        Gradient?.Dispose();
    }
}

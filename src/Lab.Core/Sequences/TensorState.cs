using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>A decoder's state that is a list of tensors, each with one dimension that counts rows.</summary>
public sealed class TensorState : IDecoderState
{
    private readonly int[] rowDims;

    /// <summary>Takes tensors over: they leave their dispose scopes, and this state frees them.</summary>
    /// <param name="tensors">Rows are counted by dimension 0. A tensor that another state holds, too (an encoded source that
    /// passes on unchanged), is given as <c>tensor.alias()</c>: the same memory, freed with the last who holds it.</param>
    public TensorState(params IReadOnlyList<Tensor> tensors) : this(tensors, new int[tensors?.Count ?? 0])
    {
    }

    /// <summary>Takes tensors over whose rows are counted by other dimensions.</summary>
    /// <param name="tensors">Tensors with the same number of rows.</param>
    /// <param name="rowDims">The dimension that counts rows, for each: 1 for an LSTM's <c>[layers, N, D]</c>.</param>
    /// <exception cref="ArgumentException">Not one dimension a tensor, or tensors with different numbers of rows.</exception>
    public TensorState(IReadOnlyList<Tensor> tensors, IReadOnlyList<int> rowDims)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(rowDims);
        if (rowDims.Count != tensors.Count)
            throw new ArgumentException($"rowDims must have one entry a tensor, {tensors.Count}, got {rowDims.Count}.", nameof(rowDims));
        for (var i = 0; i < tensors.Count; i++)
        {
            Require.Dimension(rowDims[i], tensors[i], nameof(rowDims));
            if (tensors[i].size(rowDims[i]) != tensors[0].size(rowDims[0]))
                throw new ArgumentException(
                    $"tensors must have the same number of rows, got {tensors[0].size(rowDims[0])} and {tensors[i].size(rowDims[i])}.",
                    nameof(tensors));
        }
        this.rowDims = [.. rowDims];
        Tensors = [.. tensors.Select(t => t.DetachFromDisposeScope())];
    }

    /// <summary>The tensors, in the order given. They live until this state is disposed.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <inheritdoc/>
    public IDecoderState Reorder(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var scope = NewDisposeScope();
        return new TensorState([.. Tensors.Select((t, i) => t.index_select(rowDims[i], rows))], rowDims);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Tensors)
            tensor.Dispose();
    }
}

using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>What slots say of a sentence: each a type or "no entity", and where its span starts and ends.</summary>
/// <param name="Types">Scores of types, <c>[B, Q, K + 1]</c>, the last for "no entity".</param>
/// <param name="Starts">Scores of each token as the first of the span, <c>[B, Q, T]</c>; -∞ where it cannot be, as in padding.</param>
/// <param name="Ends">Likewise as the last of the span, <c>[B, Q, T]</c>: it belongs to the span.</param>
public sealed record SlotOutput(Tensor Types, Tensor Starts, Tensor Ends);

/// <summary>What slots say after each layer.</summary>
/// <param name="Layers">The last layer last.</param>
public sealed record SlotPrediction(IReadOnlyList<SlotOutput> Layers)
{
    /// <summary>What is meant: the last layer's answers.</summary>
    public SlotOutput Last => Layers[^1];
}

using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>What a query found: a mean of the values, and how much each key counted in it.</summary>
/// <param name="Context">The weighted mean of the values, <c>[..., T, E]</c>.</param>
/// <param name="Weights">Not negative, <c>[..., T, S]</c>: they sum to 1 for each query, or are all 0 where every key is
/// masked.</param>
public sealed record AttentionOutput(Tensor Context, Tensor Weights);

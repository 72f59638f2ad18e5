using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>What queries say: each a class or "no object", and a box.</summary>
/// <param name="Logits">Class scores, <c>[B, Q, K + 1]</c>, the last for "no object"; <c>[B, Q, K]</c> with the focal kind, where no class means none.</param>
/// <param name="Boxes">Centre, width and height as shares of the picture, <c>[B, Q, 4]</c>.</param>
public sealed record QueryOutput(Tensor Logits, Tensor Boxes);

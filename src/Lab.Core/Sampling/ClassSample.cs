using static TorchSharp.torch;

namespace Lab.Core.Sampling;

/// <summary>Some of the classes of a large vocabulary, and how often each was to be expected among them.</summary>
/// <param name="Classes">Class indices, <c>[S]</c>, int64; a class may be there several times.</param>
/// <param name="LogExpectedCounts">log E[n], with the number n of times that this class is in such a sample, <c>[S]</c>.</param>
public sealed record ClassSample(Tensor Classes, Tensor LogExpectedCounts);

/// <summary>Draws classes to stand for a large vocabulary.</summary>
public static partial class ClassSampler
{
}

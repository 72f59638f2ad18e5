using static TorchSharp.torch;

namespace Lab.Specs.Harness;

/// <summary>An input that an op documents as refused.</summary>
/// <typeparam name="TOp">The delegate type of the op.</typeparam>
/// <param name="Description">What is wrong with it: "integer logits".</param>
/// <param name="Parameter">The parameter that the exception must name.</param>
/// <param name="Draw">The tensors, freshly made.</param>
/// <param name="Call">Gives them to a version of the op.</param>
public sealed record BadInput<TOp>(string Description, string Parameter, Func<Tensor[]> Draw, Action<TOp, Tensor[]> Call)
    where TOp : Delegate;

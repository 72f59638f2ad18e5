using TorchSharp;

namespace Lab.Notebooks.Displays;

/// <summary>A tensor inside another value, on one line: <c>float32 [2, 3] on cpu</c>.</summary>
internal static class TensorText
{
    public static string Of(torch.Tensor tensor) => tensor.IsInvalid
        ? "disposed tensor"
        : $"{tensor.dtype.ToString().ToLowerInvariant()} [{string.Join(", ", tensor.shape)}] on {tensor.device}";
}

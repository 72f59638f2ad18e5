using System.Globalization;
using TorchSharp;

namespace Lab.Notebooks.Displays;

/// <summary>A raw tensor as text: shape, type and device, then its values.</summary>
internal static class TensorText
{
    private const long MaxValues = 1000;

    public static string Of(torch.Tensor tensor)
    {
        if (tensor.IsInvalid)
            return "Tensor (disposed)";
        var head = $"Tensor [{string.Join(", ", tensor.shape)}], {tensor.dtype}, {tensor.device}";
        if (tensor.numel() is 0 or > MaxValues)
            return head;
        var values = tensor.ToString(TensorStringStyle.Numpy, cultureInfo: CultureInfo.InvariantCulture, newLine: "\n");
        return $"{head}\n{values}";
    }
}

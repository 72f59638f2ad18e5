using System.Globalization;
using TorchSharp;

namespace Lab.Notebooks.Displays;

/// <summary>A tensor inside another value, on one line: a single number as such, others as <c>float32 [2, 3] on cpu</c>.</summary>
internal static class TensorText
{
    public static string Of(torch.Tensor tensor)
    {
        if (tensor.IsInvalid)
            return "disposed tensor";
        if (tensor.numel() == 1 && !tensor.is_complex() && tensor.device_type != DeviceType.META)
        {
            using var number = tensor.detach().to(torch.ScalarType.Float64).cpu();
            return number.ToDouble().ToString("G6", CultureInfo.InvariantCulture);
        }
        return $"{tensor.dtype.ToString().ToLowerInvariant()} [{string.Join(", ", tensor.shape)}] on {tensor.device}";
    }
}

using System.Runtime.CompilerServices;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Core.Models;

/// <summary>What models of images check, and how they bring any size to one they can halve.</summary>
internal static class ModelShapes
{
    /// <summary>Widths of the levels, or the usual ones.</summary>
    public static IReadOnlyList<long> Widths(
        IReadOnlyList<long>? widths, long[] usual, int least, int? most = null, [CallerArgumentExpression(nameof(widths))] string? name = null)
    {
        if (widths is null)
            return usual;
        if (widths.Count < least || widths.Count > (most ?? int.MaxValue) || widths.Any(w => w < 1))
        {
            var wanted = most == least ? $"{least}" : $"{least} or more";
            throw new ArgumentException($"{name} must be {wanted} positive numbers, got [{string.Join(", ", widths)}].", name);
        }
        return [.. widths];
    }

    /// <summary>Zeros below and to the right, until both sides are multiples of a stride. What is cut off again stays aligned.</summary>
    public static Tensor PadTo(Tensor images, long multiple)
    {
        var (below, right) = (Missing(images.size(2), multiple), Missing(images.size(3), multiple));
        return below + right == 0 ? images : F.pad(images, [0, right, 0, below]);
    }

    /// <summary>The upper left part, as large as an image was before it was padded.</summary>
    public static Tensor Crop(Tensor x, long height, long width) => x.narrow(2, 0, height).narrow(3, 0, width);

    private static long Missing(long side, long multiple) => (multiple - side % multiple) % multiple;
}

using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Energies;

/// <summary>The energy of labels and its gradient, window by window.</summary>
internal static class EnergyByHand
{
    /// <summary>Labels with nothing where there is no place.</summary>
    public static Tensor Shown(Tensor labels, Tensor? mask) => mask is null ? labels : where(mask.unsqueeze(-1), labels, zeros_like(labels));

    /// <summary>What the windows cost, <c>[B]</c>.</summary>
    public static Tensor Value(Tensor y, Tensor filter, Tensor bias, Tensor weight)
    {
        var total = zeros(y.size(0), dtype: y.dtype);
        for (var first = 1 - filter.size(2); first < y.size(1); first++)
            total = total + ((Softplus(Seen(y, filter, bias, first)) - Softplus(bias)) * weight).sum(-1);
        return total;
    }

    /// <summary>What each label adds to the cost of the windows that see it, <c>[B, T, K]</c>.</summary>
    public static Tensor Gradient(Tensor y, Tensor filter, Tensor bias, Tensor weight)
    {
        var places = Enumerable.Range(0, (int)y.size(1)).Select(_ => zeros(y.size(0), y.size(2), dtype: y.dtype)).ToArray();
        for (var first = 1 - filter.size(2); first < y.size(1); first++)
        {
            var slope = Seen(y, filter, bias, first).sigmoid() * weight;                      // [B, M]
            for (var w = Math.Max(0, -first); w < filter.size(2) && first + w < y.size(1); w++)
                places[first + w] = places[first + w] + slope.matmul(filter.select(2, w));
        }
        return stack(places, 1);
    }

    /// <summary>The arguments with NaN and huge numbers, and tags that are none, where the mask is false; null without such places.</summary>
    public static IReadOnlyList<Argument>? Disturb(IReadOnlyList<Argument> arguments, string scores)
    {
        if (arguments.FirstOrDefault(a => a.Name == "mask")?.Value is not { } mask || mask.all().ToBoolean())
            return null;
        return [.. arguments.Select(a =>
            a.Name == scores ? a.With(a.Value.masked_fill(mask.logical_not().unsqueeze(-1), double.NaN))
            : a.Name == "tags" ? a.With(a.Value.masked_fill(mask.logical_not(), 1_000_000))
            : a)];
    }

    private static Tensor Seen(Tensor y, Tensor filter, Tensor bias, long first)
    {
        var sum = bias.expand(y.size(0), -1);
        for (var w = 0; w < filter.size(2); w++)
        {
            if (first + w >= 0 && first + w < y.size(1))
                sum = sum + y.select(1, first + w).matmul(filter.select(2, w).t());
        }
        return sum;
    }

    private static Tensor Softplus(Tensor x) => logaddexp(x, zeros_like(x));
}

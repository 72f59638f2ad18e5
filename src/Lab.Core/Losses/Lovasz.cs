using static TorchSharp.torch;

namespace Lab.Core.Losses;

/// <summary>The Lovász extension of the Jaccard loss, in tensor operations.</summary>
internal static class Lovasz
{
    /// <summary><c>Σ m[i]·(Δ({1..i}) - Δ({1..i-1}))</c> over errors in falling order, along the last dimension.</summary>
    /// <param name="errors">m, <c>[..., N]</c>.</param>
    /// <param name="region">Whether a pixel is of the region, <c>[..., N]</c>.</param>
    /// <param name="counts">Whether a pixel counts; one that does not must have error 0.</param>
    public static Tensor Extension(Tensor errors, Tensor region, Tensor counts)
    {
        var order = errors.detach().sort(-1, descending: true, stable: true).Indices;
        var (sorted, own, counted) = (errors.gather(-1, order), region.gather(-1, order), counts.gather(-1, order));
        var (inside, outside) = (own.to(errors.dtype), own.logical_not().logical_and(counted).to(errors.dtype));
        var size = inside.sum(-1, keepdim: true);                         // |G|
        var left = size - inside.cumsum(-1);                              // |G| - F, for a pixel outside
        var union = size + (outside.cumsum(-1) - outside);                // U
        var first = union == 0;                                           // there is no region, and this is the first false alarm
        var steps = inside / union.masked_fill(first, 1) + outside * left / (union * (union + 1)).masked_fill(first, 1);
        steps = steps + first.logical_and(counted).to(errors.dtype);
        return (sorted * steps).sum(-1);
    }

    /// <summary>Scores <c>[B, K, ...]</c> as <c>[B, K, N]</c>; 16-bit floats as float32.</summary>
    public static Tensor Flat(Tensor scores)
    {
        if (scores.dtype is ScalarType.Float16 or ScalarType.BFloat16)
            scores = scores.to(ScalarType.Float32);
        return scores.dim() == 2 ? scores.unsqueeze(2) : scores.flatten(2);
    }

    /// <summary><c>[B, K, N]</c> as <c>[1, K, B·N]</c> where the batch is taken as one image.</summary>
    public static Tensor Join(Tensor maps, RegionScope scope) => scope == RegionScope.Batch
        ? maps.transpose(0, 1).reshape(1, maps.size(1), maps.size(0) * maps.size(2))
        : maps;
}

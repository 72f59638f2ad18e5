using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>Numbers from 0 to 1 as waves of several lengths, so that a dot product can tell near from far.</summary>
internal static class SineEmbedding
{
    private const double Longest = 20;                                  // periods of the longest wave, as in DAB-DETR

    /// <summary>Sine and cosine of <c>2π·c·20^(-i/F)</c> for i from 0 to F - 1, for each coordinate c: <c>[..., C]</c> to <c>[..., C·2F]</c>.</summary>
    public static Tensor Of(Tensor coordinates, long waves)
    {
        var rates = pow(Longest, -arange(waves, ScalarType.Float64) / waves).to(coordinates.dtype, coordinates.device);
        var angles = coordinates.unsqueeze(-1) * rates * (2 * Math.PI);
        return cat([angles.sin(), angles.cos()], -1).flatten(-2, -1);
    }

    /// <summary>The centres of a map's cells, row by row, as x and y from 0 to 1: <c>[H·W, 2]</c>.</summary>
    public static Tensor Cells(long height, long width, Tensor like)
    {
        var y = (arange(height, ScalarType.Float64) + 0.5) / height;
        var x = (arange(width, ScalarType.Float64) + 0.5) / width;
        return stack([x.unsqueeze(0).expand(height, width).flatten(), y.unsqueeze(1).expand(height, width).flatten()], 1).to(like.dtype, like.device);
    }
}

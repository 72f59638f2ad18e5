using Lab.Core.Dense;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Dense.Refinement;

/// <summary>A dense CRF by its definition.</summary>
internal static class CrfByHand
{
    /// <summary>Mean field on the matrices of all weights.</summary>
    public static Tensor MeanField(Tensor logits, IReadOnlyList<Tensor> weights, Tensor compatibility, long iterations)
    {
        var (b, k) = (logits.size(0), logits.size(1));
        var z = logits.reshape(b, k, -1);
        var q = z.softmax(1);
        for (var iteration = 0L; iteration < iterations; iteration++)
        {
            var costs = weights.Select((w, m) => einsum("kl,bij,blj->bki", compatibility[m], w, q));
            q = (z - stack([.. costs]).sum([0])).softmax(1);
        }
        return q.reshape(logits.shape);
    }

    /// <summary>The normalised weights of all pairs of pixels, 0 on the diagonal, <c>[B, N, N]</c>: loops in plain doubles.</summary>
    public static Tensor Weights(PixelKernel kernel, Tensor logits)
    {
        var features = kernel.Features(logits).flatten(2);
        var (b, d, n) = ((int)features.size(0), (int)features.size(1), (int)features.size(2));
        var f = ClosedForm.Numbers(features);
        var weights = new double[b, n, n];
        var sums = new double[n];
        for (var image = 0; image < b; image++)
        {
            for (var i = 0; i < n; i++)
            {
                sums[i] = 0;
                for (var j = 0; j < n; j++)
                {
                    var square = 0.0;
                    for (var k = 0; k < d; k++)
                        square += Math.Pow(f[(image * d + k) * n + i] - f[(image * d + k) * n + j], 2);
                    weights[image, i, j] = Math.Exp(-square / 2);
                    sums[i] += weights[image, i, j];
                }
            }
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                    weights[image, i, j] = i == j ? 0 : weights[image, i, j] / Math.Sqrt(sums[i] * sums[j]);
        }
        return tensor(weights).to(logits.dtype);
    }

    /// <summary>The distributions of a two-label problem of one row, given what each pixel says for label 0 and one weight for all pairs: plain doubles.</summary>
    public static double[] TwoLabels(double[] logits, double[,] weights, double cost, int iterations)
    {
        var q = logits.Select(z => 1 / (1 + Math.Exp(-z))).ToArray();     // of label 0
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            var next = new double[q.Length];
            for (var i = 0; i < q.Length; i++)
            {
                double[] paid = [0, 0];                                   // for label 0: what the others say for 1, and the other way round
                for (var j = 0; j < q.Length; j++)
                    (paid[0], paid[1]) = (paid[0] + cost * weights[i, j] * (1 - q[j]), paid[1] + cost * weights[i, j] * q[j]);
                next[i] = 1 / (1 + Math.Exp(-(logits[i] - paid[0] + paid[1])));
            }
            q = next;
        }
        return q;
    }
}

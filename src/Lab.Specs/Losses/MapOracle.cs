using Lab.Core.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>The value of a region's loss in plain doubles; it writes the slope in each probability.</summary>
/// <param name="p">Probabilities of the pixels that are not ignored: one row per class, one column per pixel.</param>
/// <param name="truth">Their classes.</param>
/// <param name="slopes">Like <paramref name="p"/>, to be filled.</param>
internal delegate double RegionForm(double[][] p, long[] truth, double[][] slopes);

/// <summary>Oracles over label maps worked out by hand, value and gradient, in plain doubles: no autograd, no tensor operation.</summary>
internal static class MapOracle
{
    /// <summary>One value per image, or one of all images, from the softmax over the classes.</summary>
    public static Tensor Softmax(Tensor logits, Tensor targets, long ignoreIndex, RegionScope scope, RegionForm form)
    {
        var (images, classes) = ((int)logits.size(0), (int)logits.size(1));
        var pixels = (int)logits.shape[2..].Aggregate(1L, (n, size) => n * size);
        var (z, truth) = (ClosedForm.Numbers(logits), ClosedForm.Indices(targets));
        var slopes = new double[z.Length];
        var groups = scope == RegionScope.Batch ? [Enumerable.Range(0, images)] : Enumerable.Range(0, images).Select(b => Enumerable.Range(b, 1));
        var values = groups.Select(group => Group([.. group])).ToArray();
        return Known.Value(
            logits, tensor(values).reshape(scope == RegionScope.Batch ? [] : [images]), tensor(slopes).reshape(logits.shape));

        double Group(int[] members)
        {
            var kept = (from b in members from i in Enumerable.Range(0, pixels) where truth[b * pixels + i] != ignoreIndex select (b, i)).ToArray();
            var p = Table(classes, kept.Length);
            for (var n = 0; n < kept.Length; n++)
                SoftmaxOf(n);
            var steep = Table(classes, kept.Length);
            var value = form(p, [.. kept.Select(q => truth[q.b * pixels + q.i])], steep);
            for (var n = 0; n < kept.Length; n++)
            {
                var mean = 0.0;
                for (var k = 0; k < classes; k++)
                    mean += p[k][n] * steep[k][n];
                for (var k = 0; k < classes; k++)
                    slopes[Entry(n, k)] = p[k][n] * (steep[k][n] - mean);
            }
            return value;

            int Entry(int n, int k) => (kept[n].b * classes + k) * pixels + kept[n].i;

            void SoftmaxOf(int n)
            {
                var (most, sum) = (double.NegativeInfinity, 0.0);
                for (var k = 0; k < classes; k++)
                    most = Math.Max(most, z[Entry(n, k)]);
                for (var k = 0; k < classes; k++)
                    sum += p[k][n] = Math.Exp(z[Entry(n, k)] - most);
                for (var k = 0; k < classes; k++)
                    p[k][n] /= sum;
            }
        }
    }

    /// <summary>
    /// The mean over the classes that count, of what a form gives for each: a class's loss, from its probabilities and whether each
    /// pixel is of it; it writes the slopes.
    /// </summary>
    public static RegionForm MeanOfClasses(RegionClasses classes, Func<double[], bool[], double[], double> one) => (p, truth, slopes) =>
    {
        var counted = Enumerable.Range(0, p.Length).Where(k => classes == RegionClasses.All || truth.Contains(k)).ToArray();
        var total = 0.0;
        foreach (var k in counted)
        {
            total += one(p[k], [.. truth.Select(y => y == k)], slopes[k]) / counted.Length;
            for (var n = 0; n < truth.Length; n++)
                slopes[k][n] /= counted.Length;
        }
        return total;
    };

    /// <summary>Rows of zeros.</summary>
    public static double[][] Table(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => new double[columns])];
}

/// <summary>Values whose slopes are known: for oracles that are no tensor operations.</summary>
internal sealed class Known : autograd.SingleTensorFunction<Known>
{
    public override string Name => nameof(Known);

    /// <summary>Values of a shape that the input's begins with, and their slopes in the input's shape.</summary>
    public static Tensor Value(Tensor input, Tensor values, Tensor slopes) => apply(input, values, slopes);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_for_backward([(Tensor)vars[2]]);
        return ((Tensor)vars[1]).alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var slopes = ctx.get_saved_variables()[0];
        long[] shape = [.. grad_output.shape, .. Enumerable.Repeat(1L, (int)(slopes.dim() - grad_output.dim()))];
        return [grad_output.reshape(shape) * slopes, null!, null!];
    }
}

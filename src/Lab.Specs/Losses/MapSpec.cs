using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>What holds of every loss that looks at the places of a label map.</summary>
/// <typeparam name="TOp">The op's signature.</typeparam>
public abstract class MapSpec<TOp> : Spec<TOp, MapCase>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(MapCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.DisturbIgnored(arguments);
    }

    /// <summary>What is refused of logits and targets.</summary>
    protected static IEnumerable<BadInput<TOp>> Refused(Action<TOp, Tensor, Tensor, Tensor?> call, bool weighted = false)
    {
        Tensor Maps(params long[] shape) => zeros(shape, dtype: ScalarType.Int64);
        BadInput<TOp> Bad(string what, string parameter, Func<Tensor[]> draw) =>
            new(what, parameter, draw, (op, x) => call(op, x[0], x[1], x.ElementAtOrDefault(2)));
        BadInput<TOp>[] all =
        [
            new("null for logits", "logits", () => [Maps(1, 2, 2)], (op, x) => call(op, null!, x[0], null)),
            new("null for targets", "targets", () => [ones(1, 3, 2, 2)], (op, x) => call(op, x[0], null!, null)),
            Bad("integer logits", "logits", () => [Maps(1, 3, 2, 2), Maps(1, 2, 2)]),
            Bad("logits without places", "logits", () => [ones(2, 3), Maps(2)]),
            Bad("logits of volumes", "logits", () => [ones([1, 3, 2, 2, 2]), Maps(1, 2, 2, 2)]),
            Bad("no classes", "logits", () => [ones(1, 0, 2, 2), Maps(1, 2, 2)]),
            Bad("targets with a channel", "targets", () => [ones(1, 3, 2, 2), Maps(1, 1, 2, 2)]),
            Bad("targets of another size", "targets", () => [ones(1, 3, 2, 2), Maps(1, 4, 4)]),
            Bad("int32 targets", "targets", () => [ones(1, 3, 2, 2), zeros([1, 2, 2], dtype: ScalarType.Int32)]),
            Bad("a class that there is not", "targets", () => [ones(1, 3, 2, 2), Maps(1, 2, 2) + 3]),
            Bad("targets on another device", "targets", () => [ones(1, 3, 2, 2), zeros([1, 2, 2], dtype: ScalarType.Int64, device: META)]),
            Bad("weight for one class too few", "weight", () => [ones(1, 3, 2, 2), Maps(1, 2, 2), ones(2)]),
        ];
        return all.Where(bad => weighted || bad.Parameter != "weight");
    }

    /// <summary>An image of one class and a map to try.</summary>
    protected static Tensor[] Usual() => [ones(1, 3, 2, 2), zeros([1, 2, 2], dtype: ScalarType.Int64)];

    /// <summary>1 at the class of each pixel, <c>[B, K, H, W]</c>, float64.</summary>
    private protected static Tensor OneHot(Tensor targets, int classes) =>
        nn.functional.one_hot(targets, classes).movedim([-1], [1]).to(ScalarType.Float64);

    /// <summary>
    /// Values and slopes of a loss per pixel from the softmax in plain doubles. The form is given an image's probabilities, one row per
    /// class, its classes, and which pixels count; it gives one value per pixel, and writes the slope of the value in each probability.
    /// </summary>
    internal static Tensor PerPixel(
        Tensor logits, Tensor targets, long ignoreIndex, Func<double[][], long[], bool[], double[][], double[]> form)
    {
        var (images, classes, pixels) = ((int)logits.size(0), (int)logits.size(1), (int)(logits.size(2) * logits.size(3)));
        var (z, truth) = (ClosedForm.Numbers(logits), ClosedForm.Indices(targets));
        var (values, slopes) = (new double[images * pixels], new double[z.Length]);
        for (var b = 0; b < images; b++)
        {
            var (p, steep) = (MapOracle.Table(classes, pixels), MapOracle.Table(classes, pixels));
            bool[] valid = [.. Enumerable.Range(b * pixels, pixels).Select(i => truth[i] != ignoreIndex)];
            for (var i = 0; i < pixels; i++)
            {
                if (!valid[i])
                    continue;
                var most = Enumerable.Range(0, classes).Max(k => z[(b * classes + k) * pixels + i]);
                var sum = Enumerable.Range(0, classes).Sum(k => p[k][i] = Math.Exp(z[(b * classes + k) * pixels + i] - most));
                for (var k = 0; k < classes; k++)
                    p[k][i] /= sum;
            }
            form(p, truth[(b * pixels)..((b + 1) * pixels)], valid, steep).CopyTo(values, b * pixels);
            for (var i = 0; i < pixels; i++)
            {
                var mean = Enumerable.Range(0, classes).Sum(k => p[k][i] * steep[k][i]);
                for (var k = 0; k < classes; k++)
                    slopes[(b * classes + k) * pixels + i] = p[k][i] * (steep[k][i] - mean);
            }
        }
        return KnownPerPixel.apply(logits, tensor(values).reshape(targets.shape), tensor(slopes).reshape(logits.shape));
    }
}

/// <summary>One value per pixel, whose slopes in the scores of the same pixel are known.</summary>
internal sealed class KnownPerPixel : autograd.SingleTensorFunction<KnownPerPixel>
{
    public override string Name => nameof(KnownPerPixel);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_for_backward([(Tensor)vars[2]]);
        return ((Tensor)vars[1]).alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        [grad_output.unsqueeze(1) * ctx.get_saved_variables()[0], null!, null!];
}

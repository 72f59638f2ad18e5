using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>An example's value in plain doubles, from its scores; it writes the slope in each score.</summary>
/// <param name="scores">One per class.</param>
/// <param name="example">The example's number, in the order of the targets.</param>
/// <param name="slopes">One per class, to be filled.</param>
internal delegate double ValueAndSlopes(ReadOnlySpan<double> scores, int example, Span<double> slopes);

/// <summary>Oracles worked out by hand, value and gradient, in plain doubles: no autograd, no tensor operation.</summary>
internal static class ClosedForm
{
    /// <summary>One value for each example of <c>[B, K, ...]</c>, as <c>[B, ...]</c>.</summary>
    public static Tensor PerExample(Tensor scores, ValueAndSlopes form)
    {
        var classes = (int)scores.size(1);
        var rows = scores.detach().cpu().to(ScalarType.Float64).movedim([1], [-1]).contiguous();
        var input = rows.data<double>().ToArray();
        var (values, slopes) = (new double[input.Length / classes], new double[input.Length]);
        for (var i = 0; i < values.Length; i++)
            values[i] = form(input.AsSpan(i * classes, classes), i, slopes.AsSpan(i * classes, classes));
        return Given.apply(
            scores, tensor(values).reshape([scores.size(0), .. scores.shape[2..]]),
            tensor(slopes).reshape(rows.shape).movedim([-1], [1]));
    }

    /// <summary>The values of any tensor as plain doubles, row by row.</summary>
    public static double[] Numbers(Tensor tensor) => [.. tensor.detach().cpu().to(ScalarType.Float64).contiguous().data<double>()];

    /// <summary>Class indices as plain numbers, row by row.</summary>
    public static long[] Indices(Tensor tensor) => [.. tensor.cpu().contiguous().data<long>()];

    /// <summary>log(1 + exp(x)).</summary>
    public static double SoftPlus(double x) => Math.Max(x, 0) + Log1P(Math.Exp(-Math.Abs(x)));

    /// <summary>log(1 + x) without the loss of digits for small x (Goldberg 1991, theorem 4).</summary>
    private static double Log1P(double x) => 1 + x == 1 ? x : x * Math.Log(1 + x) / (1 + x - 1);

    /// <summary>Values whose slopes are known.</summary>
    private sealed class Given : autograd.SingleTensorFunction<Given>
    {
        public override string Name => nameof(Given);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[2]]);
            return ((Tensor)vars[1]).alias();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            [grad_output.unsqueeze(1) * ctx.get_saved_variables()[0], null!, null!];
    }
}

using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Core.Losses;
using Lab.Specs.Activations;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Tests;

/// <summary>
/// Each law is worth something: ops that are wrong in one way each, and exactly the laws that must notice.
/// </summary>
public sealed class BrokenOpTests
{
    private const string Value = "value equals the oracle's";
    private const string Gradient = "gradient equals the oracle's";
    private const string Differences = "gradient equals finite differences";
    private const string Float32 = "float32 stays within its error bound";
    private const string Second = "the gradient has a gradient";
    private const string Half = "float16 and bfloat16 stay within their error bounds";
    private const string Extremes = "extreme magnitudes are right";
    private const string Layout = "memory layout does not matter";
    private const string Split = "examples do not see each other";
    private const string Empty = "an empty batch gives an empty result";
    private const string Padding = "padding counts nowhere";
    private const string BadInput = "bad input is refused";
    private const string Unchanged = "inputs are left unchanged";
    private const string Leak = "no tensor is left behind";
    private const string Threads = "threads do not see each other";

    private static readonly List<Tensor> kept = [];

    [Fact]
    public void Detached_gradient() => Catches(
        Softmax((z, d, t) => Activation.Softmax(z.detach(), d, t)), Gradient, Differences, Second);

    [Fact]
    public void Backward_of_its_own_that_is_wrong() => Catches(
        Softmax((z, d, t) => Activation.Softmax(OwnBackward.Of(z, g => g * 1.01), d, t)), Gradient, Differences, Second, Extremes);

    [Fact]
    public void Backward_that_cuts_the_graph() => Catches(
        Softmax((z, d, t) => Activation.Softmax(OwnBackward.Of(z, g => g.detach()), d, t)), Second);

    [Fact]
    public void Backward_that_reads_memory_as_if_contiguous() => Catches(
        Softmax((z, d, t) => OwnBackward.Of(Activation.Softmax(z, d, t), g => g.is_contiguous() ? g : g * 2)), Layout);

    [Fact]
    public void Backward_that_overflows_in_single_precision() => Catches(
        Softmax((z, d, t) => OwnBackward.Of(Activation.Softmax(z, d, t), g => g.dtype == ScalarType.Float32 ? g * 1e39 * 1e-39 : g)),
        Extremes);

    [Fact]
    public void Half_precision_not_foreseen() => Catches(
        Softmax((z, d, t) => z.element_size() == 2 ? throw new NotSupportedException("half") : Activation.Softmax(z, d, t)), Half);

    [Fact]
    public void No_gradient_for_an_empty_batch() => Catches(
        Softmax((z, d, t) => z.numel() == 0 && z.requires_grad ? throw new InvalidOperationException("no data") : Activation.Softmax(z, d, t)),
        Empty);

    [Fact]
    public void State_of_one_thread()
    {
        var owner = Environment.CurrentManagedThreadId;
        Catches(
            Softmax((z, d, t) => Activation.Softmax(z, d, t) + (Environment.CurrentManagedThreadId == owner ? 0 : 1e-3)), Threads);
    }

    [Fact]
    public void Result_disposed_where_there_is_no_scope()
    {
        var owner = Environment.CurrentManagedThreadId;
        Catches(
            Raw((z, d, t) =>
            {
                var p = Activation.Softmax(z, d, t);
                if (Environment.CurrentManagedThreadId != owner)
                    p.Dispose();
                return p;
            }),
            Threads);
    }

    [Fact]
    public void Wrong_gradient_that_the_oracle_shares() => Assert.Equal([Differences], new SharedMistake().CheckAll().Failed);

    [Fact]
    public void Single_precision_inside() => Catches(
        Softmax((z, d, t) => Activation.Softmax(z.to(ScalarType.Float32), d, t).to(z.dtype)),
        Value, Gradient, Differences, Second, Extremes, "rows sum to one", "a constant added to a row changes nothing");

    [Fact]
    public void Half_precision_for_single() => Catches(
        Softmax((z, d, t) => z.dtype == ScalarType.Float32
            ? Activation.Softmax(z.to(ScalarType.Float16).to(ScalarType.Float32), d, t)
            : Activation.Softmax(z, d, t)),
        Float32, Extremes);

    [Fact]
    public void Answers_in_double_for_single() => Catches(
        Softmax((z, d, t) => Activation.Softmax(z.to(ScalarType.Float64), d, t)), Float32, Half, Extremes);

    [Fact]
    public void Reads_memory_as_if_contiguous() => Catches(
        Softmax((z, d, t) => Activation.Softmax(z.is_contiguous() ? z : z.as_strided(z.shape, Contiguous(z)), d, t)), Layout);

    [Fact]
    public void Shift_by_the_maximum_of_the_whole_batch() => Catches(
        Softmax((z, d, t) =>
        {
            if (z.numel() == 0)
                return z.clone();
            var e = ((z - z.detach().max()) / t).exp();
            return e / e.sum(d, keepdim: true);
        }),
        Value, Gradient, Differences, Second, Float32, Half, Extremes, Split, "rows sum to one", "order is kept");

    [Fact]
    public void Statistics_of_the_batch() => Catches(
        Softmax((z, d, t) => Activation.Softmax(z, d, t) + (z.numel() == 0 ? 0 : 1e-6 * z.detach().sigmoid().mean())),
        Value, Split, Extremes, "rows sum to one", "a constant added to a row changes nothing");

    [Fact]
    public void Empty_batch_not_foreseen() => Catches(
        Softmax((z, d, t) => z.numel() == 0 ? throw new InvalidOperationException("no data") : Activation.Softmax(z, d, t)), Empty);

    [Fact]
    public void Wrong_dimension() => Catches(
        Softmax((z, d, t) => Activation.Softmax(z, z.dim() > 1 && z.numel() > 0 && d == 0 ? 1 : d, t)),
        Value, Gradient, Float32, Half, Extremes, Split, "rows sum to one", "order is kept");

    [Fact]
    public void Writes_on_its_input() => Catches(
        Softmax((z, d, t) =>
        {
            var p = Activation.Softmax(z, d, t);
            if (!z.requires_grad)
                z.mul_(1 + 1e-14);                        // below what a comparison of values would notice
            return p;
        }),
        Unchanged, Layout);                               // expanded memory cannot be written

    [Fact]
    public void Leaves_a_temporary_in_the_scope() => Catches(
        Raw((z, d, t) => Activation.Softmax(z, d, t) * 1), Leak);

    [Fact]
    public void Result_outlives_the_scope_of_its_caller() => Catches(
        Raw((z, d, t) => Activation.Softmax(z, d, t).DetachFromDisposeScope()), Leak);

    [Fact]
    public void A_large_number_for_infinity() => Catches(
        (new LogSumExpSpec(), (Func<Tensor, long, bool, Tensor>)((z, d, keep) =>
        {
            using var scope = NewDisposeScope();
            return Activation.LogSumExp(z, d, keep).clamp(-6e4, 6e4).MoveToOuterDisposeScope();
        })),
        Extremes);

    [Fact]
    public void Keeps_a_tensor_forever()
    {
        Catches(
            Raw((z, d, t) =>
            {
                var p = Activation.Softmax(z, d, t);
                kept.Add(p.clone().DetachFromDisposeScope());
                return p;
            }),
            Leak);
        kept.ForEach(t => t.Dispose());
        kept.Clear();
    }

    [Fact]
    public void Errors_of_the_library_for_bad_input() => Catches(
        Raw((z, d, t) =>
        {
            using var scope = NewDisposeScope();
            return F.softmax(z / t, d).MoveToOuterDisposeScope();
        }),
        BadInput);

    [Fact]
    public void Bad_input_accepted() => Catches(Raw((z, d, t) => Activation.Softmax(z, d, t == 0 ? 1 : t)), BadInput);

    [Fact]
    public void Error_that_names_another_parameter() => Catches(
        Raw((z, d, t) => t <= 0 ? throw new ArgumentException("bad, got 0", nameof(z)) : Activation.Softmax(z, d, t)), BadInput);

    [Fact]
    public void Tensors_left_behind_by_a_refusal() => Catches(
        Raw((z, d, t) =>
        {
            if (t <= 0)
                _ = z.clone();
            return Activation.Softmax(z, d, t);
        }),
        BadInput);

    [Fact]
    public void Ignores_nothing() => Catches(
        CrossEntropy((z, y, w, ignore, e) => Loss.CrossEntropy(
            z, y.is_floating_point() ? y : y.masked_fill(y == ignore, 0), w, -7, e)),
        Value, Gradient, Float32, Half, Extremes, Padding);

    [Fact]
    public void Ignored_rows_poison_the_gradient() => Catches(
        CrossEntropy((z, y, w, ignore, e) =>
        {
            var loss = Loss.CrossEntropy(z, y, w, ignore, e);
            return y.is_floating_point() ? loss : loss + (z.masked_fill((y != ignore).unsqueeze(1), 0) * 0).sum(1);
        }),
        Extremes, Padding);

    [Fact]
    public void Sum_for_mean() => Catches(
        (new WeightedMeanSpec(), (Func<Tensor, Tensor, Tensor>)((l, w) =>
        {
            using var scope = NewDisposeScope();
            return (Loss.WeightedMean(l, w) * w.to(l.dtype).sum()).MoveToOuterDisposeScope();
        })),
        Value, Gradient, Float32, Half, Extremes, "only the ratio of weights matters");

    private static (Spec, Delegate) Raw(Func<Tensor, long, double, Tensor> op) => (new SoftmaxSpec(), op);

    /// <summary>A softmax with one fault: bad input is refused, and nothing is left behind.</summary>
    private static (Spec, Delegate) Softmax(Func<Tensor, long, double, Tensor> faulty) => Raw((z, d, t) =>
    {
        using var scope = NewDisposeScope();
        _ = Activation.Softmax(z, d, t);
        return faulty(z, d, t).MoveToOuterDisposeScope();
    });

    /// <summary>A cross-entropy with one fault.</summary>
    private static (Spec, Delegate) CrossEntropy(Func<Tensor, Tensor, Tensor?, long, double, Tensor> faulty) => (
        new CrossEntropySpec(),
        (Func<Tensor, Tensor, Tensor?, long, double, Tensor>)((z, y, w, ignore, e) =>
        {
            using var scope = NewDisposeScope();
            _ = Loss.CrossEntropy(z, y, w, ignore, e);
            return faulty(z, y, w, ignore, e).MoveToOuterDisposeScope();
        }));

    /// <summary>Exactly the laws named fail, each with a counterexample; the others hold.</summary>
    private static void Catches((Spec Spec, Delegate Op) broken, params string[] laws)
    {
        var failed = broken.Spec.LawNames.Select(law => broken.Spec.Check(broken.Op, law)).Where(r => !r.Passed).ToList();
        var (missed, surprising) = (laws.Except(failed.Select(r => r.Law)), failed.Where(r => !laws.Contains(r.Law)));
        Assert.True(!missed.Any(), $"Not noticed by: {string.Join("; ", missed)}");
        Assert.True(!surprising.Any(), string.Join("\n", surprising));
        Assert.All(failed, result => Assert.NotNull(result.Counterexample));
    }

    private static long[] Contiguous(Tensor tensor)
    {
        var strides = new long[tensor.dim()];
        for (var (d, stride) = (strides.Length - 1, 1L); d >= 0; stride *= tensor.shape[d--])
            strides[d] = stride;
        return strides;
    }

    /// <summary>Passes values through, and gradients by way of a function.</summary>
    private sealed class OwnBackward : autograd.SingleTensorFunction<OwnBackward>
    {
        public override string Name => nameof(OwnBackward);

        public static Tensor Of(Tensor x, Func<Tensor, Tensor> back) => apply(x, back);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("back", vars[1]);
            return ((Tensor)vars[0]).clone();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            [((Func<Tensor, Tensor>)ctx.get_data("back"))(grad_output), null!];
    }
}

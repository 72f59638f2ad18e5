using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Lab.Core.Activations;
using Lab.Core.Kernels;
using Lab.Core.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Kernels;

/// <summary>What the laws do not see of kernels: when they run, what they keep, and that nothing ends the process.</summary>
public sealed class KernelTests
{
    private static readonly long[] size = [64, 512];

    public static TheoryData<string> Ops() => ["LogSoftmax", "CrossEntropy", "Focal"];

    [Fact]
    public void Exponentials_are_right_to_the_last_digits()
    {
        for (var x = 0.0; x > -760; x -= 0.37)
        {
            var (got, expected) = (Lanes.ExpOfNonPositive(System.Runtime.Intrinsics.Vector512.Create(x))[0], Math.Exp(x));
            Assert.True(Math.Abs(got - expected) <= (expected < 2.3e-308 ? 2.3e-308 : 5e-16 * expected), $"exp({x}) is {expected}, got {got}.");
        }
        Assert.Equal(0, Lanes.ExpOfNonPositive(System.Runtime.Intrinsics.Vector512.Create(double.NegativeInfinity))[0]);
    }

    private static Tensor Run(string op, Tensor logits)
    {
        var targets = arange(logits.size(0), dtype: ScalarType.Int64) % logits.size(1);
        return op switch
        {
            "LogSoftmax" => Activation.LogSoftmax(logits, 1),
            "CrossEntropy" => Loss.CrossEntropy(logits, targets, smoothing: 0.1),
            _ => Loss.Focal(logits, targets),
        };
    }

    [Fact]
    public void Kernels_take_large_tensors_of_single_and_double_precision_on_the_CPU()
    {
        using var scope = NewDisposeScope();
        Assert.True(Forms.KernelTakes(empty(size), 1));
        Assert.True(Forms.KernelTakes(empty(size, dtype: ScalarType.Float64).transpose(0, 1), 0));
        Assert.False(Forms.KernelTakes(empty(4, 10), 1));
        Assert.False(Forms.KernelTakes(empty(50_000, 2), 1));
        Assert.True(Forms.KernelTakes(empty(2, 2, 2000), 1));
        Assert.False(Forms.KernelTakes(empty(size, dtype: ScalarType.Float16), 1));
        Assert.False(Forms.KernelTakes(empty(size, dtype: ScalarType.BFloat16), 1));
        Assert.False(Forms.KernelTakes(empty(size, device: META), 1));
        Assert.False(Forms.KernelTakes(empty(0, 512), 1));
        Assert.False(Forms.KernelTakes(empty(512), 1));
        Assert.False(Forms.KernelTakes(empty([1, (1 << 24) + 1], dtype: ScalarType.Float32), 1));
    }

    [Fact]
    public void Kernels_of_trees_take_usual_scores_and_leave_far_ones_to_the_readable_form()
    {
        using var scope = NewDisposeScope();
        var (spans, rules, arcs) = (randn(2, 6, 6, 3), randn(3, 3, 3), randn(2, 7, 7));
        Assert.NotNull(TreeFunction.Of(spans, rules, null, null));
        Assert.NotNull(ArcElimination.Of(arcs, null, true));
        Assert.NotNull(ArcElimination.Of(arcs, null, false));
        Assert.Null(TreeFunction.Of(spans * 1e3, rules, null, null));
        Assert.Null(TreeFunction.Of(spans, rules * 1e3, null, null));
        Assert.Null(ArcElimination.Of(arcs * 1e3, null, true));
        Assert.Null(ArcElimination.Of(arcs * 1e3, null, false));
        Assert.NotNull(ArcElimination.Of(randn(2, 2, 2), null, true));        // one word
        var (fewer, fewerRules) = (spans.clone(), rules.clone());
        fewer[0, 1, 2] = double.NegativeInfinity;
        fewerRules[1] = double.NegativeInfinity;
        Assert.NotNull(TreeFunction.Of(fewer, fewerRules, null, null));
        using var only = Forms.Only(Form.Readable);
        Assert.Null(TreeFunction.Of(spans, rules, null, null));
        Assert.Null(ArcElimination.Of(arcs, null, true));
    }

    [Fact]
    public unsafe void The_kernel_of_trees_does_not_read_what_it_has_not_written()
    {
        using var scope = NewDisposeScope();
        const int Places = 4, Labels = 3;
        var (spans, root) = (randn([Places, Places, Labels], ScalarType.Float64), zeros([Labels], ScalarType.Float64));
        (spans[1, 2], spans[2, 3]) = (double.NegativeInfinity, double.NegativeInfinity);           // so words 1 to 3 are no span either
        using var rules = new TreeRules(randn([Labels, Labels, Labels], ScalarType.Float64), root);
        var (inside, outside, wide) = (new TreeInside(Places, Labels, rules), new TreeOutside(Places, Labels, rules), MatrixLoops.Whole(Labels));
        var (kept, room, back) = (Used(TreeChart.Size(Places, wide)), Used(inside.Room), Used(outside.Room));
        var chart = new TreeChart(ClassGrid.Pointer<double>(kept), Places, wide);
        var total = inside.Forward(ClassGrid.Pointer<double>(spans), rules.Root, Places, chart, ClassGrid.Pointer<double>(room));
        Assert.True(double.IsFinite(total));
        var (dSpans, dRoot, dRules) = (zeros_like(spans), zeros_like(root), zeros([Labels, Labels, wide], ScalarType.Float64));
        outside.Backward(
            rules.Root, Places, total, 1, chart, ClassGrid.Pointer<double>(dSpans), ClassGrid.Pointer<double>(dRoot), ClassGrid.Pointer<double>(dRules),
            ClassGrid.Pointer<double>(back));
        Assert.Equal(2 * Places - 1, dSpans.sum().ToDouble(), 1e-9);
        Assert.True(dRules.isfinite().all().ToBoolean());

        static Tensor Used(long size) => full([size], double.NaN, ScalarType.Float64);
    }

    [Fact]
    public void A_form_that_is_asked_for_is_taken_until_disposed_also_on_threads_started_meanwhile()
    {
        using var scope = NewDisposeScope();
        var (small, large, seen) = (empty(2, 3), empty(size), false);
        using (Forms.Only(Form.Kernel))
        {
            var thread = new Thread(() => seen = Forms.KernelTakes(small, 1));
            thread.Start();
            thread.Join();
            using (Forms.Only(Form.Readable))
                Assert.False(Forms.KernelTakes(large, 1));
            Assert.True(Forms.KernelTakes(small, 1));
        }
        Assert.True(seen);
        Assert.False(Forms.KernelTakes(small, 1));
    }

    [Theory, MemberData(nameof(Ops))]
    public void A_graph_that_is_kept_gives_the_same_gradient_again(string op)
    {
        using var scope = NewDisposeScope();
        var logits = randn(size, requires_grad: true);
        var total = Run(op, logits).sum();
        var first = autograd.grad([total], [logits], retain_graph: true)[0].clone();
        var second = autograd.grad([total], [logits])[0];
        Assert.True(first.Equals(second));
    }

    [Theory, MemberData(nameof(Ops))]
    public void What_was_saved_and_then_changed_in_place_is_an_error_and_no_wrong_gradient(string op)
    {
        using var scope = NewDisposeScope();
        var logits = randn(size, requires_grad: true) * 1;
        var result = Run(op, logits);
        (op == "LogSoftmax" ? result : logits).detach().add_(1);
        var refusal = Assert.Throws<ExternalException>(() => (result * 2).sum().backward());
        Assert.Contains("invalid gradient", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Ops))]
    public void Without_a_gradient_nothing_is_saved(string op)
    {
        using var scope = NewDisposeScope();
        var logits = randn(size, requires_grad: true);
        using (no_grad())
            Assert.False(Run(op, logits).requires_grad);
        Assert.False(Run(op, logits.detach()).requires_grad);
        Assert.True(Run(op, logits).requires_grad);
    }

    [Theory, MemberData(nameof(Ops))]
    public void Memory_stays_flat_without_scopes_with_and_without_backward(string op)
    {
        var logits = randn([64, 8192], requires_grad: true);          // 2 MB
        Steps(20);
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        var (alive, before) = (statistics.ThreadTotalLiveCount, Memory());
        Steps(200);
        var grown = Memory() - before;
        Assert.True(grown < 100 << 20, $"200 steps took {grown >> 20} MB.");
        Assert.True(statistics.ThreadTotalLiveCount - alive < 3, $"{statistics.ThreadTotalLiveCount - alive} tensors more are alive.");
        logits.grad?.Dispose();
        logits.Dispose();

        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var scope = NewDisposeScope();
                var result = Run(op, logits);
                if (i % 2 == 0)
                    result.sum().backward();
                logits.grad?.zero_();
            }
        }

        static long Memory()
        {
            using var process = Process.GetCurrentProcess();
            return process.PrivateMemorySize64;
        }
    }

    [Fact]
    public void The_gradient_of_a_gradient_reaches_what_the_logits_were_made_from()
    {
        using var scope = NewDisposeScope();
        var weight = (randn([512, 16], dtype: ScalarType.Float64) / 4).requires_grad_();
        var features = randn([64, 16], dtype: ScalarType.Float64);
        var targets = arange(64, dtype: ScalarType.Int64);

        Assert.True(Penalty(null).allclose(Penalty(Form.Readable), 1e-9, 1e-12));

        Tensor Penalty(Form? form)
        {
            using var only = form is { } chosen ? Forms.Only(chosen) : null;
            var loss = Loss.CrossEntropy(features.matmul(weight.t()), targets).mean();
            var gradient = autograd.grad([loss], [weight], create_graph: true, retain_graph: true)[0];
            return autograd.grad([gradient.square().sum()], [weight])[0];
        }
    }

    [Fact]
    public unsafe void Exponentials_are_right_to_two_units_in_the_last_place()
    {
        var buffer = stackalloc float[Vector<float>.Count];
        for (var x = -87.3f; x <= 0; x += 0.0137f)
        {
            Lanes.Exp(Vector.Create(x)).Store(buffer);
            var exact = Math.Exp(x);
            var unit = MathF.BitIncrement((float)exact) - (float)exact;
            Assert.True(Math.Abs(buffer[0] - exact) <= 2 * unit, $"exp({x}) = {buffer[0]}, expected {exact}");
            Assert.True(buffer[0] <= 1);
        }
        Assert.Equal(1, Lanes.Exp(Vector<float>.Zero)[0]);
        Assert.Equal(0, Lanes.Exp(Vector.Create(float.NegativeInfinity))[0]);
        Assert.Equal(0, Lanes.Exp(Vector.Create(-1e30f))[0]);
        Assert.True(float.IsNaN(Lanes.Exp(Vector.Create(float.NaN))[0]));
        Assert.Equal(1, Lanes.Exp(Vector<double>.Zero)[0]);
        Assert.Equal(0, Lanes.Exp(Vector.Create(double.NegativeInfinity))[0]);
    }
}

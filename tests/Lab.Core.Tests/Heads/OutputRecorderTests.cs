using System.Diagnostics;
using Lab.Core.Heads;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Tests.Heads;

/// <summary>Not beside other tests: they draw from the same global source of random numbers.</summary>
[CollectionDefinition(nameof(OutputRecorderTests), DisableParallelization = true)]
[Collection(nameof(OutputRecorderTests))]
public sealed class OutputRecorderTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Keeps_the_outputs_and_the_gradients_of_the_loss_in_them()
    {
        var (body, head, x) = (Linear(4, 5), Linear(5, 3), randn(6, 4));
        var model = Sequential(("body", body), ("activation", Tanh()), ("head", head));
        using var recorder = OutputRecorder.Of(model, ["body", "head"]);
        model.call(x).pow(3).sum().backward();

        var hidden = functional.linear(x, body.weight!, body.bias!).detach().requires_grad_();
        var logits = functional.linear(hidden.tanh(), head.weight!, head.bias!);
        logits.retain_grad();
        logits.pow(3).sum().backward();
        Same(hidden, recorder["body"][^1].Logits);
        Same(logits, recorder["head"][^1].Logits);
        Same(hidden.grad!, recorder["body"][^1].Gradient!);
        Same(logits.grad!, recorder["head"][^1].Gradient!);
        Same(functional.softmax(logits, 1), recorder["head"][^1].Probabilities(), 1e-6);
    }

    [Fact]
    public void Training_ends_in_the_same_parameters_bit_for_bit()
    {
        var plain = Train(recorder: null);
        using var recorder = new OutputRecorder(capacity: 5);
        var watched = Train(recorder);
        Assert.Equal(5, recorder["0"].Count);
        Assert.Equal(plain.Count, watched.Count);
        foreach (var (key, value) in plain)
            Assert.True(value.bytes.SequenceEqual(watched[key].bytes), $"{key} differs");

        static Dictionary<string, Tensor> Train(OutputRecorder? recorder)
        {
            random.manual_seed(7);
            var model = Sequential(
                Linear(8, 16), ReLU(inplace: true), BatchNorm1d(16), Dropout(0.5), Linear(16, 3), Dropout(0.1, inplace: true));
            foreach (var (name, layer) in model.named_children())
                recorder?.Watch(name, layer);
            var optimiser = optim.Adam(model.parameters(), 0.01);
            for (var step = 0; step < 50; step++)
            {
                using var inner = NewDisposeScope();
                optimiser.zero_grad();
                functional.cross_entropy(model.call(randn(10, 8)), randint(0, 3, [10], dtype: int64)).backward();
                optimiser.step();
            }
            return model.state_dict().ToDictionary(p => p.Key, p => p.Value.clone()); // the model's own die with it
        }
    }

    [Fact]
    public void Makes_no_forward_pass_of_its_own()
    {
        var counted = new Counted();
        using var recorder = OutputRecorder.Of(Sequential(("inner", counted)), ["inner"]);
        for (var step = 0; step < 10; step++)
            counted.call(ones(2, 2, requires_grad: true)).sum().backward();
        _ = recorder["inner"][^1].Probabilities();
        Assert.Equal((10, 10), (counted.Calls, recorder["inner"].Count));
    }

    [Fact]
    public void Memory_stays_flat_over_2000_steps()
    {
        var (wide, head) = (Linear(16, 2048), Linear(2048, 2));
        var model = Sequential(("wide", wide), ("activation", ReLU()), ("head", head));
        var x = randn(32, 16);
        using var recorder = OutputRecorder.Of(model, ["wide", "head"], capacity: 20);
        Run(300);
        var (memory, live) = (WorkingSet(), Live());
        Run(2000);                                                        // 1.5 GB of outputs, gradients and graphs in all
        Assert.Equal(live, Live());
        Assert.InRange(WorkingSet() - memory, long.MinValue, 400_000_000);
        Assert.Equal((20, 20), (recorder["head"].Count, recorder["wide"].Count));

        void Run(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                using var inner = NewDisposeScope();
                model.zero_grad();
                model.call(x).square().mean().backward();
            }
        }

        static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        static long WorkingSet()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Process.GetCurrentProcess().WorkingSet64;
        }
    }

    [Fact]
    public void Keeps_the_last_calls_and_frees_the_others()
    {
        var layer = Linear(2, 2);
        using var recorder = Watching(layer, capacity: 3);
        var first = Step();
        for (var i = 0; i < 6; i++)
            Step();
        Assert.Equal([4L, 5, 6], recorder["layer"].Select(r => r.Call));
        Assert.All([first.Logits, first.Gradient!], t => Assert.True(t.IsInvalid));
        Assert.All(recorder["layer"], r => Assert.False(r.Logits.IsInvalid || r.Gradient!.IsInvalid));

        RecordedOutput Step()
        {
            layer.call(randn(1, 2)).sum().backward();
            return recorder["layer"][^1];
        }
    }

    [Fact]
    public void Records_outlive_the_scope_of_the_step_and_hold_no_graph()
    {
        var layer = Linear(2, 2);
        using var recorder = Watching(layer);
        using (NewDisposeScope())
            layer.call(ones(1, 2)).sum().backward();
        var record = recorder["layer"][0];
        Assert.Equal(2, record.Logits.numel());
        Same(ones(1, 2), record.Gradient!);
        Assert.All([record.Logits, record.Gradient!], t => Assert.True(t.is_leaf && !t.requires_grad));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_record_is_what_the_layer_put_out_before_the_next_one_wrote_on_it(bool gradients, bool onCpu)
    {
        var layer = Linear(2, 3);
        var model = Sequential(layer, ReLU(inplace: true));
        using var recorder = new OutputRecorder(gradients: gradients, device: onCpu ? CPU : null);
        recorder.Watch("layer", layer);
        var x = randn(4, 2);
        model.call(x).sum().backward();
        var expected = functional.linear(x, layer.weight!, layer.bias!);
        Same(expected, recorder["layer"][0].Logits);
        if (gradients)
            Same((expected > 0).to(float32), recorder["layer"][0].Gradient!);
    }

    [Fact]
    public void A_layer_called_twice_in_a_step_has_two_records_each_with_its_own_gradient()
    {
        var layer = Linear(2, 2);
        using var recorder = Watching(layer);
        (2 * layer.call(ones(1, 2)) + 3 * layer.call(zeros(1, 2))).sum().backward();
        Same(2 * ones(1, 2), recorder["layer"][0].Gradient!);
        Same(3 * ones(1, 2), recorder["layer"][1].Gradient!);
    }

    [Fact]
    public void An_output_used_twice_has_the_sum_of_both_gradients()
    {
        var layer = Linear(2, 2);
        using var recorder = Watching(layer);
        var y = layer.call(ones(1, 2));
        (2 * y + 3 * y).sum().backward();
        Same(5 * ones(1, 2), recorder["layer"][0].Gradient!);
    }

    [Fact]
    public void A_second_backward_pass_replaces_the_gradient_of_the_first()
    {
        var layer = Linear(2, 2);
        using var recorder = Watching(layer);
        var y = layer.call(ones(1, 2));
        autograd.grad([y.sum()], [layer.weight!], retain_graph: true);
        var first = recorder["layer"][0].Gradient!;
        autograd.grad([(4 * y).sum()], [layer.weight!]);
        Same(4 * ones(1, 2), recorder["layer"][0].Gradient!);
        Assert.True(first.IsInvalid);
    }

    [Fact]
    public void Gradients_of_gradients_pass_through()
    {
        var layer = Linear(3, 1);
        var x = randn(2, 3, requires_grad: true);
        var expected = Penalty();
        using var recorder = Watching(layer);
        Same(expected, Penalty());

        Tensor Penalty()
        {
            var slope = autograd.grad([layer.call(x).pow(3).sum()], [x], retain_graph: true, create_graph: true)[0];
            return autograd.grad([slope.square().sum()], [x])[0];
        }
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Calls_in_evaluation_mode_are_left_out_unless_asked_for(bool trainingOnly, int records)
    {
        var layer = Linear(2, 2);
        using var recorder = new OutputRecorder(trainingOnly: trainingOnly);
        recorder.Watch("layer", layer);
        layer.eval();
        layer.call(ones(1, 2));
        Assert.Equal(records, recorder["layer"].Count);
    }

    [Fact]
    public void Without_a_backward_pass_there_is_no_gradient()
    {
        var layer = Linear(2, 2);
        using var recorder = Watching(layer);
        using (no_grad())
            layer.call(ones(1, 2));
        layer.call(ones(1, 2));
        Assert.All(recorder["layer"], r => Assert.Null(r.Gradient));
        Assert.Equal(2, recorder["layer"].Count);
    }

    [Fact]
    public void Without_gradients_the_layers_output_goes_on_untouched()
    {
        var layer = new Counted();
        using var recorder = new OutputRecorder(gradients: false);
        recorder.Watch("layer", layer);
        var output = layer.call(ones(1, 2, requires_grad: true));
        Assert.Same(layer.Last, output);
        recorder["layer"][0].Logits.Dispose();
        Assert.False(layer.Last!.IsInvalid);
    }

    [Fact]
    public void After_disposal_the_layer_is_as_it_was_and_the_records_are_gone()
    {
        var layer = Linear(2, 2);
        var recorder = Watching(layer);
        var y = layer.call(ones(1, 2));
        var record = recorder["layer"][0];
        recorder.Dispose();
        recorder.Dispose();
        y.sum().backward();                                               // its graph still has the listener
        var live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
            layer.call(ones(1, 2));
        Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        Assert.True(record.Logits.IsInvalid);
        Assert.Null(record.Gradient);
        Assert.Throws<ObjectDisposedException>(() => recorder["layer"]);
    }

    [Fact]
    public void Clear_forgets_and_goes_on()
    {
        var layer = Linear(2, 2);
        using var recorder = Watching(layer);
        layer.call(ones(1, 2));
        recorder.Clear();
        Assert.Empty(recorder["layer"]);
        layer.call(ones(1, 2));
        Assert.Single(recorder["layer"]);
    }

    private static OutputRecorder Watching(Module<Tensor, Tensor> layer, int capacity = 100)
    {
        var recorder = new OutputRecorder(capacity, CPU);
        recorder.Watch("layer", layer);
        return recorder;
    }

    private static void Same(Tensor expected, Tensor got, double tolerance = 0)
    {
        Assert.Equal(expected.shape, got.shape);
        Assert.InRange((expected - got).abs().max().ToDouble(), 0, tolerance);
    }
}

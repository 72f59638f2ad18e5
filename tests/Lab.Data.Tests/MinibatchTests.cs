using FsCheck;
using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Data.Tests;

// Classes that read data/digits by name run one after another: one of them points LAB_DATA elsewhere.
[Collection("data/digits")]
public sealed class MinibatchTests
{
    [Property(MaxTest = 50)]
    public void An_epoch_holds_each_example_once_with_its_label(PositiveInt count, PositiveInt size, int seed)
    {
        using var scope = NewDisposeScope();
        var images = arange(count.Get, dtype: float32).unsqueeze(1) * 2;
        var labels = arange(count.Get);
        var seen = new List<long>();
        foreach (var (x, y) in Minibatch.Shuffled(images, labels, size.Get, seed))
        {
            Assert.InRange(y.size(0), 1, size.Get);
            Assert.Equal(y.data<long>().Select(label => label * 2f), x.data<float>());
            seen.AddRange(y.data<long>());
        }
        Assert.Equal(Enumerable.Range(0, count.Get).Select(i => (long)i), seen.Order());
    }

    [Fact]
    public void The_seed_alone_decides_the_order()
    {
        Assert.Equal(Order(seed: 1), Order(seed: 1));
        Assert.NotEqual(Order(seed: 1), Order(seed: 2));
        Assert.NotEqual(Enumerable.Range(0, 100).Select(i => (long)i), Order(seed: 1));
    }

    [Fact]
    public void What_a_step_makes_is_freed_when_the_next_one_starts()
    {
        using var images = rand(10, 3);
        using var labels = arange(10);
        var statistics = DisposeScopeManager.Statistics;
        var before = statistics.ThreadTotalLiveCount;
        Tensor? kept = null;
        Tensor? previous = null;
        foreach (var (x, _) in Minibatch.Shuffled(images, labels, 3, seed: 0))
        {
            Assert.True(previous is null || previous.IsInvalid);
            previous = x * 2;
            kept ??= x.sum().DetachFromDisposeScope();
        }
        Assert.True(previous!.IsInvalid);
        Assert.False(kept!.IsInvalid);
        kept.Dispose();
        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Leaving_early_or_by_an_error_frees_the_step_too()
    {
        using var images = rand(10, 3);
        using var labels = arange(10);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        foreach (var (x, _) in Minibatch.Shuffled(images, labels, 3, seed: 0))
        {
            _ = x * 2;
            break;
        }
        Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (var (x, _) in Minibatch.Shuffled(images, labels, 3, seed: 0))
            {
                _ = x * 2;
                throw new InvalidOperationException();
            }
        });
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        using var after = zeros(1);
        Assert.False(after.IsInvalid);
    }

    [Fact]
    public void A_linear_classifier_learns_from_them()
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        var (train, test) = (Digits.Train(), Digits.Test());
        var head = nn.Linear(28 * 28, 10);
        var optimizer = optim.Adam(head.parameters(), 2e-3);
        for (var epoch = 0; epoch < 4; epoch++)
        {
            foreach (var (images, labels) in train.Batches(64, seed: epoch))
            {
                optimizer.zero_grad();
                nn.functional.cross_entropy(head.call(images.flatten(1)), labels).backward();
                optimizer.step();
            }
        }
        var right = (head.call(test.Images.flatten(1)).argmax(1) == test.Labels).to(float32).mean().ToSingle();
        Assert.InRange(right, 0.88f, 0.97f);   // learnable, and not trivial
    }

    [Fact]
    public void Bad_inputs_are_refused_at_once()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => Minibatch.Shuffled(zeros(3, 2), zeros(2), 1, 0));
        Assert.Throws<ArgumentException>(() => Minibatch.Shuffled(tensor(1f), zeros(1), 1, 0));
        Assert.Throws<ArgumentException>(() => Minibatch.Shuffled(zeros(1), tensor(1f), 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Minibatch.Shuffled(zeros(3, 2), zeros(3), 0, 0));
        Assert.Empty(Minibatch.Shuffled(zeros(0, 2), zeros(0), 4, 0));
    }

    private static long[] Order(int seed)
    {
        using var scope = NewDisposeScope();
        var numbers = arange(100);
        return [.. Minibatch.Shuffled(numbers, numbers, 7, seed).SelectMany(batch => batch.Labels.data<long>().ToArray())];
    }
}

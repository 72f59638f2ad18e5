using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Heads;

/// <summary>A head's own losses: those of its log-probabilities, worked out where the targets are.</summary>
internal delegate Tensor Losses(nn.Module<Tensor, Tensor> head, Tensor features, Tensor targets, long ignoreIndex);

/// <summary>Laws of heads over large vocabularies, which give losses without all log-probabilities.</summary>
internal static class LossesLaws
{
    /// <summary>What holds between a head's losses and its log-probabilities.</summary>
    public static IEnumerable<Law<Func<TCase, nn.Module<Tensor, Tensor>>, TCase>> Of<TCase>(
        Func<TCase, int> classes, Losses losses, Tolerance tolerance)
        where TCase : HeadCase
    {
        yield return new(
            "the probabilities of all classes sum to one",
            "It is a distribution, whatever the features and the weights.",
            (op, c) =>
            {
                var drawn = c.Draw().Select(a => a.Value).ToArray();
                using var head = HeadSpec<Tensor, TCase>.Build(op, c, drawn);
                var mass = head.call(drawn[0]).exp().sum(-1);
                return Comparison.Same("sum", mass, ones_like(mass), tolerance);
            });
        yield return new(
            "losses are those of the log-probabilities",
            "What is worked out for the targets alone equals -log p[y] of all classes: value, and gradient in features and every parameter.",
            (op, c) =>
            {
                var targets = Targets(c, classes(c), -1);
                var (mine, got) = Learned(op, c, (head, x) => losses(head, x, targets, -1));
                var (full, expected) = Learned(op, c, (head, x) => Loss.NegativeLogLikelihood(
                    head.call(x).reshape(-1, classes(c)), targets.reshape(-1), null, -1).reshape(targets.shape));
                return Comparison.Same("losses", mine, full, tolerance)
                    .Then(() => got.Zip(expected).Aggregate(Verdict.Holds, (verdict, pair) => verdict.Then(() =>
                        Comparison.Same("gradient", pair.First, pair.Second, tolerance.Times(1 + c.Scale)))));
            });
        yield return new(
            "ignored targets count nowhere",
            "Their features, NaN too, change no loss and no gradient; where all are ignored all is 0.",
            (op, c) =>
            {
                var targets = Targets(c, classes(c), -1);
                var ignored = (targets == -1).unsqueeze(-1);
                var (clean, expected) = Learned(op, c, (head, x) => losses(head, x.masked_fill(ignored, 0), targets, -1));
                var (dirty, got) = Learned(op, c, (head, x) => losses(head, x.masked_fill(ignored, double.NaN), targets, -1));
                return Comparison.Same("losses", dirty, clean, new Tolerance(0, 0))
                    .Then(() => got.Zip(expected).Aggregate(Verdict.Holds, (verdict, pair) => verdict.Then(() =>
                        Comparison.Same("gradient", pair.First, pair.Second, tolerance))))
                    .Then(() =>
                    {
                        var (none, _) = Learned(op, c, (head, x) => losses(head, x, full_like(targets, 3), 3));
                        return Comparison.Same("losses", none, zeros_like(none), new Tolerance(0, 0));
                    });
            });
        yield return new(
            "losses are free of leftovers",
            "Of the tensors that a call makes only the losses stay alive, and a batch of none has none.",
            (op, c) =>
            {
                var drawn = c.Draw().Select(a => a.Value).ToArray();
                var targets = Targets(c, classes(c), -1);
                using var head = HeadSpec<Tensor, TCase>.Build(op, c, drawn);
                losses(head, drawn[0], targets, -1);                      // whatever the head keeps is made now
                using var noGrad = no_grad();
                var alive = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
                losses(head, drawn[0], targets, -1);
                var left = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount - alive;
                return Verdict.Require(left == 1, $"{left} tensors are alive after the call, expected 1.").Then(() =>
                {
                    var empty = losses(head, zeros(0, c.D, dtype: ScalarType.Float64), zeros(0, dtype: ScalarType.Int64), -1);
                    return Comparison.Same("losses", empty, zeros(0, dtype: ScalarType.Float64), tolerance);
                });
            })
        { Cases = 10 };
    }

    /// <summary>What a head's losses refuse.</summary>
    public static IEnumerable<BadInput<Func<TCase, nn.Module<Tensor, Tensor>>>> BadInputs<TCase>(TCase usual, Losses losses, long classes)
        where TCase : HeadCase
    {
        yield return Bad("null for features", "features", () => [zeros(2, dtype: ScalarType.Int64)], x => (null!, x[0]));
        yield return Bad("features of another width", "features", () => [ones(2, usual.D + 1), zeros(2, dtype: ScalarType.Int64)], x => (x[0], x[1]));
        yield return Bad("null for targets", "targets", () => [ones(2, usual.D)], x => (x[0], null!));
        yield return Bad("a target too few", "targets", () => [ones(2, usual.D), zeros(1, dtype: ScalarType.Int64)], x => (x[0], x[1]));
        yield return Bad("real targets", "targets", () => [ones(2, usual.D), zeros(2)], x => (x[0], x[1]));
        yield return Bad("a class that there is not", "targets", () => [ones(1, usual.D), tensor([classes])], x => (x[0], x[1]));
        yield return Bad("class -1", "targets", () => [ones(1, usual.D), tensor([-1L])], x => (x[0], x[1]));
        yield return Bad("targets on another device", "targets", () => [ones(2, usual.D), zeros([2], dtype: ScalarType.Int64, device: META)], x => (x[0], x[1]));

        BadInput<Func<TCase, nn.Module<Tensor, Tensor>>> Bad(
            string description, string parameter, Func<Tensor[]> draw, Func<Tensor[], (Tensor Features, Tensor Targets)> pick) =>
            new($"losses of {description}", parameter, draw, (op, x) =>
            {
                using var head = op(usual);
                var (features, targets) = pick(x);
                losses(head, features, targets, Loss.DefaultIgnoreIndex);
            });
    }

    /// <summary>Classes for all features, some of them to ignore.</summary>
    private static Tensor Targets(HeadCase c, int classes, long ignored)
    {
        using var generator = new Generator((ulong)c.Seed, CPU);
        var targets = randint(0, classes, c.Leading.Sizes, dtype: ScalarType.Int64, generator: generator);
        return targets.masked_fill(rand(c.Leading.Sizes, generator: generator) < 0.2, ignored);
    }

    private static (Tensor Losses, Tensor[] Gradients) Learned<TCase>(
        Func<TCase, nn.Module<Tensor, Tensor>> op, TCase c, Func<nn.Module<Tensor, Tensor>, Tensor, Tensor> losses)
        where TCase : HeadCase
    {
        var leaves = c.Draw().Select(a => a.Value.clone().requires_grad_()).ToArray();
        using var head = HeadSpec<Tensor, TCase>.Build(op, c, leaves);
        var result = losses(head, leaves[0]);
        (result * arange(1, result.numel() + 1, dtype: result.dtype).reshape(result.shape)).sum().backward();
        return (result.detach(), [.. leaves.Select(l => l.grad is { } g ? g : zeros_like(l))]);
    }
}

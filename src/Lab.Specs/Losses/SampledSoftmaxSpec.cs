using FsCheck;
using Lab.Core.Losses;
using Lab.Core.Sampling;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Sampled softmax against its formula, example by example, and against the full loss by enumeration of all samples.</summary>
public sealed class SampledSoftmaxSpec : Spec<Func<Tensor, Tensor, Tensor?, Tensor, ClassSample, long, Tensor>, SampledCase>
{
    private static readonly int[] sizes = [1, 2, 3];

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor, ClassSample, long, Tensor> Op => Loss.SampledSoftmax;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor, ClassSample, long, Tensor> Oracle => (features, weight, bias, targets, sample, ignoreIndex) =>
    {
        var (truth, classes, corrections) = (ClosedForm.Indices(targets), ClosedForm.Indices(sample.Classes), ClosedForm.Numbers(sample.LogExpectedCounts));
        return stack(Enumerable.Range(0, truth.Length).Select(i =>
        {
            if (truth[i] == ignoreIndex)
                return zeros([], dtype: features.dtype);
            var logits = F.linear(features[i], weight, bias);
            var own = logits[truth[i]];
            Tensor[] terms =
            [
                own,
                .. Enumerable.Range(0, classes.Length).Where(j => classes[j] != truth[i]).Select(j => logits[classes[j]] - corrections[j]),
            ];
            return stack(terms).logsumexp(0) - own;
        }));
    };

    /// <inheritdoc/>
    public override Gen<SampledCase> Cases => SampledCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, Tensor?, Tensor, ClassSample, long, Tensor> op, SampledCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[4], arguments.ElementAtOrDefault(5), arguments[1], new(arguments[2], arguments[3]), SampledCase.IgnoreIndex)];

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(SampledCase @case, double magnitude) => Tolerance.InSingle(8 * Math.Max(1, magnitude) * 4); // sums of D products

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SampledCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var ignored = arguments[1].Value == SampledCase.IgnoreIndex;
        return ignored.any().ToBoolean()
            ? [arguments[0].With(where(ignored.unsqueeze(1), tensor(double.NaN), arguments[0].Value)), .. arguments.Skip(1)]
            : null;
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, Tensor, ClassSample, long, Tensor>>> BadInputs =>
    [
        Bad("integer features", "features", features: () => ones(2, 3, dtype: ScalarType.Int64)),
        Bad("null for features", "features", missing: 0),
        Bad("features without a batch", "features", features: () => ones(3)),
        Bad("features without entries", "features", features: () => ones(2, 0)),
        Bad("null for weight", "weight", missing: 1),
        Bad("a weight of another width", "weight", weight: () => ones(4, 2)),
        Bad("a weight for no class", "weight", weight: () => ones(0, 3)),
        Bad("a weight without classes", "weight", weight: () => ones(3)),
        Bad("a weight of another dtype", "weight", weight: () => ones(4, 3, dtype: ScalarType.Float64)),
        Bad("a weight on another device", "weight", weight: () => ones([4, 3], device: META)),
        Bad("a bias too short", "bias", bias: () => ones(3)),
        Bad("a bias of another dtype", "bias", bias: () => ones(4, dtype: ScalarType.Float64)),
        Bad("a bias on another device", "bias", bias: () => ones([4], device: META)),
        Bad("null for targets", "targets", missing: 3),
        Bad("a target too few", "targets", targets: () => Indices(1)),
        Bad("real targets", "targets", targets: () => zeros(2)),
        Bad("a target that there is not", "targets", targets: () => Indices(2) + 4),
        Bad("targets on another device", "targets", targets: () => zeros([2], dtype: ScalarType.Int64, device: META)),
        new("null for sample", "sample", () => [ones(2, 3), ones(4, 3), Indices(2)], (op, x) => op(x[0], x[1], null, x[2], null!, -1)),
        Bad("a sample without classes", "sample", missing: 4),
        Bad("a sample of none", "sample", classes: () => Indices(0), counts: () => zeros(0)),
        Bad("a sample for each example", "sample", classes: () => Indices(2, 5), counts: () => zeros(2, 5)),
        Bad("real classes in the sample", "sample", classes: () => zeros(5)),
        Bad("a sampled class that there is not", "sample", classes: () => Indices(5) + 4),
        Bad("a sampled class below 0", "sample", classes: () => Indices(5) - 1),
        Bad("sampled classes on another device", "sample", classes: () => zeros([5], dtype: ScalarType.Int64, device: META)),
        Bad("a sample without expected counts", "sample", missing: 5),
        Bad("whole numbers for the logarithms", "sample", counts: () => Indices(5)),
        Bad("an expected count too few", "sample", counts: () => zeros(4)),
        Bad("expected counts on another device", "sample", counts: () => zeros([5], device: META)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, Tensor, ClassSample, long, Tensor>, SampledCase>> OwnLaws =>
    [
        Own("all classes once are the full cross-entropy", "A sample of every class, each expected once, gives value and gradients of the library's full loss.", (op, c) =>
        {
            var (mine, expected) = (Leaves(c), Leaves(c));
            var losses = op(mine[0], mine[4], mine.ElementAtOrDefault(5), mine[1], ClassSampler.UniformClasses(c.V, c.V), SampledCase.IgnoreIndex);
            var full = F.cross_entropy(
                F.linear(expected[0], expected[4], expected.ElementAtOrDefault(5)), expected[1], null, SampledCase.IgnoreIndex, nn.Reduction.None);
            losses.sum().backward();
            full.sum().backward();
            return Comparison.Same("losses", losses, full, Tolerance).Then(() => mine.Zip(expected).Where(p => p.First.requires_grad)
                .Aggregate(Verdict.Holds, (verdict, p) => verdict.Then(() =>
                    Comparison.Same("gradient", p.First.grad!, p.Second.grad!, Tolerance.Times(1 + c.Scale)))));
        }),
        Own("the partition is right on average", "Over all samples, weighted by their chances, exp(loss) averages to that of the full loss.", (op, c) =>
        {
            var all = Enumerate(op, c, 2);
            return Near("mean of exp(loss)", all.Samples.Sum(s => s.Chance * Math.Exp(s.Loss)), Math.Exp(all.Full));
        }) with { Cases = 20 },
        Own("the loss converges from below, as 1/S", "Over all samples of S classes the mean loss is at most the full one, and nearer to it than Var / (S·Z·exp z[y]).", (op, c) =>
            sizes.Aggregate(Verdict.Holds, (verdict, size) => verdict.Then(() =>
            {
                var all = Enumerate(op, c, size);
                return Within($"With S = {size} the full loss less the mean", all.Full - all.Samples.Sum(s => s.Chance * s.Loss), all.Variance / size / all.Probability);
            }))) with { Cases = 20 },
        Own("the gradient converges, as 1/S", "Over all samples of S classes the mean slope in the target's logit is above the full loss's by at most Var / (S·Z²), and not below.", (op, c) =>
            sizes.Aggregate(Verdict.Holds, (verdict, size) => verdict.Then(() =>
            {
                var all = Enumerate(op, c, size);
                return Within($"With S = {size} the mean slope less the full one", all.Samples.Sum(s => s.Chance * s.Slope) - (all.Probability - 1), all.Variance / size);
            }))) with { Cases = 20 },
    ];

    /// <summary>All samples of one size from a few classes, for one example.</summary>
    /// <param name="Full">The loss over all classes.</param>
    /// <param name="Probability">That of the target, exp z[y] / Z.</param>
    /// <param name="Variance">Of exp(z[k]) / q[k] / Z over one draw, 0 for k = y.</param>
    /// <param name="Samples">Chance, loss, and slope in the target's logit.</param>
    private sealed record Enumeration(double Full, double Probability, double Variance, IReadOnlyList<(double Chance, double Loss, double Slope)> Samples);

    private static Enumeration Enumerate(Func<Tensor, Tensor, Tensor?, Tensor, ClassSample, long, Tensor> op, SampledCase @case, int size)
    {
        var few = @case with { B = 1, V = Math.Min(@case.V, 4), Ignored = 0, Bias = true, Scale = Math.Min(@case.Scale, 1) };
        var drawn = few.Draw().Select(a => a.Value).ToArray();
        var (features, targets, weight, bias) = (drawn[0], drawn[1], drawn[4], drawn[5].requires_grad_());
        var probabilities = ClosedForm.Numbers(F.softmax(F.linear(features, weight, bias), 1));
        var (target, random) = (ClosedForm.Indices(targets)[0], new Random(@case.Seed));
        var q = Enumerable.Range(0, few.V).Select(_ => 0.2 + random.NextDouble()).ToArray();
        q = [.. q.Select(x => x / q.Sum())];

        var ratios = probabilities.Select((p, k) => k == target ? 0 : p / q[k]).ToArray();
        var mean = ratios.Zip(q, (x, chance) => x * chance).Sum();
        var variance = ratios.Zip(q, (x, chance) => chance * (x - mean) * (x - mean)).Sum();
        var samples = Enumerable.Range(0, (int)Math.Pow(few.V, size)).Select(number =>
        {
            var classes = Enumerable.Range(0, size).Select(i => (long)(number / (int)Math.Pow(few.V, i) % few.V)).ToArray();
            var sample = new ClassSample(tensor(classes), tensor([.. classes.Select(k => Math.Log(size * q[k]))]));
            var loss = op(features, weight, bias, targets, sample, SampledCase.IgnoreIndex);
            var slopes = autograd.grad([loss.sum()], [bias])[0];
            return (classes.Aggregate(1.0, (chance, k) => chance * q[k]), loss[0].ToDouble(), slopes[target].ToDouble());
        });
        return new(-Math.Log(probabilities[target]), probabilities[target], variance, [.. samples]);
    }

    private static Verdict Near(string what, double got, double expected) => Verdict.Require(
        Math.Abs(got - expected) <= 1e-10 * Math.Max(1, expected), $"The {what} is {TensorSnapshot.Number(got)}, expected {TensorSnapshot.Number(expected)}.");

    private static Verdict Within(string what, double got, double bound) => Verdict.Require(
        got >= -1e-10 && got <= bound + 1e-10, $"{what} is {TensorSnapshot.Number(got)}, expected 0 to {TensorSnapshot.Number(bound)}.");

    private static Tensor[] Leaves(SampledCase @case) =>
        [.. @case.Draw().Select(a => a.Differentiable ? a.Value.requires_grad_() : a.Value)];

    private static Tensor Indices(params long[] shape) => zeros(shape, dtype: ScalarType.Int64);

    /// <summary>Two features of width 3, four classes, a sample of five; but for what is given.</summary>
    private static BadInput<Func<Tensor, Tensor, Tensor?, Tensor, ClassSample, long, Tensor>> Bad(
        string description, string parameter, Func<Tensor>? features = null, Func<Tensor>? weight = null, Func<Tensor>? bias = null,
        Func<Tensor>? targets = null, Func<Tensor>? classes = null, Func<Tensor>? counts = null, int? missing = null)
    {
        Func<Tensor>[] all =
        [
            features ?? (() => ones(2, 3)), weight ?? (() => ones(4, 3)), bias ?? (() => ones(4)), targets ?? (() => Indices(2)),
            classes ?? (() => Indices(5)), counts ?? (() => zeros(5)),
        ];
        return new(description, parameter, () => [.. all.Select(draw => draw())], (op, x) =>
        {
            var t = x.Select((tensor, i) => i == missing ? null! : tensor).ToArray();
            op(t[0], t[1], t[2], t[3], new(t[4], t[5]), SampledCase.IgnoreIndex);
        });
    }
}

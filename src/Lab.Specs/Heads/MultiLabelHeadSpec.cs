using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Heads;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Heads;

/// <summary>The head for labels against one product after the other, and its thresholds against trying them all.</summary>
public sealed class MultiLabelHeadSpec : HeadSpec<Tensor, LinearCase>
{
    /// <inheritdoc/>
    public override Type Head => typeof(MultiLabelHead);

    /// <inheritdoc/>
    public override Func<LinearCase, nn.Module<Tensor, Tensor>> Op => c => new MultiLabelHead(c.D, c.K);

    /// <inheritdoc/>
    public override Tensor Reference(LinearCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p) =>
        LinearCase.Apply(features, p["classify.weight"], p["classify.bias"]);

    /// <inheritdoc/>
    public override Tensor[] Tensors(Tensor output) => [output];

    /// <inheritdoc/>
    public override Gen<LinearCase> Cases => LinearCase.Any(Usual);

    /// <inheritdoc/>
    public override LinearCase Usual => new() { Buffer = "thresholds" };

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<LinearCase, nn.Module<Tensor, Tensor>>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no labels", "labels", Usual with { K = 0 }),
        new("a threshold of 0", "threshold", () => [], (_, _) => new MultiLabelHead(3, 2, 0).Dispose()),
        new("a threshold of 1", "threshold", () => [], (_, _) => new MultiLabelHead(3, 2, 1).Dispose()),
        Deciding("logits of other labels", "logits", () => [ones(4, 3)], (head, x) => head.Predict(x[0])),
        Deciding("a scalar for logits", "logits", () => [ones([])], (head, x) => head.Predict(x[0])),
        Deciding("integer logits", "logits", () => [ones(4, 2, dtype: ScalarType.Int64)], (head, x) => head.Predict(x[0])),
        Deciding("logits of another dtype", "logits", () => [ones(4, 2, dtype: ScalarType.Float64)], (head, x) => head.Predict(x[0])),
        Deciding("logits on another device", "logits", () => [ones([4, 2], device: META)], (head, x) => head.Predict(x[0])),
        Deciding("null for logits", "logits", () => [], (head, _) => head.Predict(null!)),
        Deciding("targets of another shape", "targets", () => [ones(4, 2), ones(4)], (head, x) => head.FitThresholds(x[0], x[1])),
        Deciding("targets on another device", "targets", () => [ones(4, 2), ones([4, 2], device: META)], (head, x) => head.FitThresholds(x[0], x[1])),
        Deciding("a target of 2", "targets", () => [ones(4, 2), full([4, 2], 2, dtype: ScalarType.Int64)], (head, x) => head.FitThresholds(x[0], x[1])),
        Deciding("soft targets", "targets", () => [ones(4, 2), full([4, 2], 0.5f)], (head, x) => head.FitThresholds(x[0], x[1])),
        Deciding("null for targets", "targets", () => [ones(4, 2)], (head, x) => head.FitThresholds(x[0], null!)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<LinearCase, nn.Module<Tensor, Tensor>>, LinearCase>> HeadLaws =>
    [
        Own("labels do not compete", "Raising one label's bias raises its logit alone, so all labels can be likely at once.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            using var head = Build(op, c, drawn);
            var before = head.call(drawn[0]);
            var raise = zeros(c.K, dtype: ScalarType.Float64);
            raise[0] = 100;
            using var raised = Build(op, c, [drawn[0], drawn[1], drawn[2] + raise]);
            return Comparison.Same("logits", raised.call(drawn[0]) - before, raise.expand_as(before), new Tolerance(1e-9, 1e-9));
        }),
        Own("a label is predicted from its threshold on", "Predict compares each probability with its own label's threshold.", (_, c) =>
        {
            using var head = Thresholded(c);
            var logits = Logits(c);
            var (z, t, n) = (logits.data<float>().ToArray(), head.Thresholds.data<float>().ToArray(), (int)logits.numel());
            var expected = tensor([.. Enumerable.Range(0, n).Select(i => 1 / (1 + Math.Exp(-(double)z[i])) >= t[i % c.K])]);
            return Comparison.Same("prediction", head.Predict(logits), expected.reshape(logits.shape), new Tolerance(0, 0))
                .Then(() => Verdict.Require(!head.Predict(logits).requires_grad, "A decision has a gradient."));
        }),
        Own("fitted thresholds have the best F1", "No other threshold decides better on the data, and no higher one as well; the answer is the F1 of Predict.", (_, c) =>
        {
            using var head = Thresholded(c);
            var before = head.Thresholds.clone();
            var logits = Logits(c);
            using var generator = new Generator((ulong)c.Seed + 1, CPU);
            var targets = rand(logits.shape, generator: generator) < 0.4;
            var f1 = head.FitThresholds(logits, targets);
            var predicted = head.Predict(logits);
            return Enumerable.Range(0, c.K).Aggregate(Verdict.Holds, (verdict, label) => verdict.Then(() =>
            {
                var (z, y) = (Column(logits.sigmoid(), label), Column(targets.to(ScalarType.Float32), label));
                var got = f1[label].ToDouble();
                if (!y.Contains(1))
                    return Verdict.Require(
                        double.IsNaN(got) && head.Thresholds[label].ToSingle() == before[label].ToSingle(), "A label that no example has lost its threshold.");
                var best = z.Append(2).Max(threshold => F1([.. z.Select(p => p >= threshold)], y));
                var highest = z.Where(threshold => F1([.. z.Select(p => p >= threshold)], y) == best).Max();
                var reached = F1([.. Column(predicted.to(ScalarType.Float32), label).Select(p => p == 1)], y);
                return Verdict.Require(Math.Abs(reached - best) < 1e-12, $"Label {label} is decided with F1 {reached}, the best is {best}.")
                    .Then(() => Verdict.Require(Math.Abs(got - reached) < 1e-12, $"Label {label}: the answer is {got}, its F1 {reached}."))
                    .Then(() => Verdict.Require(
                        head.Thresholds[label].ToSingle() >= 0 && Column(predicted.to(ScalarType.Float32), label).Sum() == z.Count(p => p >= highest),
                        $"The threshold of label {label} is {head.Thresholds[label].ToSingle()}, expected one at or just below {highest}."));
            }));
        }),
        Own("a fitted threshold keeps its distance", "It lies halfway between the probabilities that it parts.", (_, _) =>
        {
            using var head = new MultiLabelHead(3, 2);
            var logits = tensor(new[,] { { 2f, 1f }, { 1f, -1f }, { -1f, -2f }, { -2f, -3f } });
            var targets = tensor(new[,] { { 1L, 1L }, { 0L, 1L }, { 0L, 1L }, { 0L, 1L } });
            var f1 = head.FitThresholds(logits, targets);
            var expected = stack([(logits[0, 0].sigmoid() + logits[1, 0].sigmoid()) / 2, logits[3, 1].sigmoid() / 2]);
            return Comparison.Same("thresholds", head.Thresholds, expected, Tolerance.InSingle(1))
                .Then(() => Comparison.Same("F1", f1, ones(2, dtype: ScalarType.Float64), Tolerance))
                .Then(() => Comparison.Same("F1 of nothing", head.FitThresholds(zeros(0, 2), zeros(0, 2)), full(2, double.NaN, dtype: ScalarType.Float64), Tolerance))
                .Then(() => Comparison.Same("thresholds after nothing", head.Thresholds, expected, Tolerance.InSingle(1)));
        }) with { Cases = 1 },
    ];

    private static MultiLabelHead Thresholded(LinearCase c)
    {
        var head = new MultiLabelHead(c.D, c.K);
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)c.Seed + 2, CPU);
        head.Thresholds.copy_(rand([c.K], generator: generator) * 0.8 + 0.1);
        return head;
    }

    /// <summary>A few examples, ties among them.</summary>
    private static Tensor Logits(LinearCase c)
    {
        using var generator = new Generator((ulong)c.Seed, CPU);
        var logits = randn([.. c.Leading.Sizes, c.D, c.K], generator: generator) * c.Scale;
        return c.Seed % 2 == 0 ? logits : logits.round();
    }

    private static float[] Column(Tensor tensor, int label) => tensor.select(-1, label).reshape(-1).contiguous().data<float>().ToArray();

    private static double F1(bool[] predicted, float[] targets)
    {
        var hits = predicted.Zip(targets).Count(p => p.First && p.Second == 1);
        return 2.0 * hits / (predicted.Count(p => p) + targets.Count(y => y == 1));
    }

    private static BadInput<Func<LinearCase, nn.Module<Tensor, Tensor>>> Deciding(
        string description, string parameter, Func<Tensor[]> draw, Action<MultiLabelHead, Tensor[]> decide) =>
        new(description, parameter, draw, (_, x) =>
        {
            using var head = new MultiLabelHead(3, 2);
            decide(head, x);
        });
}

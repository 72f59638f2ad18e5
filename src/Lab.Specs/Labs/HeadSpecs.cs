using FsCheck;
using Lab.Core.Activations;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Labs;

/// <summary>Two linear layers with ReLU, against one product after the other.</summary>
public sealed class BackboneSpec : LabSpec<Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>, HeadsCase>
{
    private static Tensor Backbone(Tensor x, Tensor weight1, Tensor bias1, Tensor weight2, Tensor bias2)
    {
        using var scope = NewDisposeScope();
        return F.relu(F.linear(F.relu(F.linear(x, weight1, bias1)), weight2, bias2)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> Op => Backbone;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> Oracle => (x, weight1, bias1, weight2, bias2) =>
        LinearCase.Apply(LinearCase.Apply(x, weight1, bias1).clamp_min(0), weight2, bias2).clamp_min(0);

    /// <inheritdoc/>
    public override Gen<HeadsCase> Cases => HeadsCase.Any(c =>
    [
        c.Rows("x", 0, c.D), c.Weights("weight1", 1, c.K, c.D), c.Weights("bias1", 2, c.K), c.Weights("weight2", 3, c.K, c.K), c.Weights("bias2", 4, c.K),
    ]);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(50 * magnitude);

    /// <inheritdoc/>
    public override bool SmoothAt(HeadsCase @case) => @case is { Scale: > 0, Decimals: null };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> op, HeadsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4])];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>, HeadsCase>> OwnLaws =>
    [
        Own("features are not negative", "Behind a ReLU nothing is below 0.", (op, c) =>
        {
            var features = Call(op, c, [.. c.Draw().Select(a => a.Value)])[0];
            return Verdict.Require(features.ge(0).all().ToBoolean(), $"The least feature is {features.min().ToDouble():G4}.");
        }),
    ];
}

/// <summary>The classifier's head: raw logits.</summary>
public sealed class ClassLogitsSpec : LabSpec<Func<Tensor, Tensor, Tensor, Tensor>, HeadsCase>
{
    private static Tensor ClassLogits(Tensor features, Tensor weight, Tensor bias) => F.linear(features, weight, bias);

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor> Op => ClassLogits;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor> Oracle => LinearCase.Apply;

    /// <inheritdoc/>
    public override Gen<HeadsCase> Cases =>
        HeadsCase.Any(c => [c.Rows("features", 0, c.D), c.Weights("weight", 1, c.K, c.D), c.Weights("bias", 2, c.K)]);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(8 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, Tensor> op, HeadsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2])];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, Tensor>, HeadsCase>> OwnLaws =>
    [
        Own("logits are unbounded and additive", "Twice the features, twice the logits less the bias: nothing squeezes them.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var at0 = op(zeros_like(x[0]), x[1], x[2]);
            return Comparison.Same("result", op(2e3 * x[0], x[1], x[2]) - at0, 2e3 * (op(x[0], x[1], x[2]) - at0), new Tolerance(1e-9, 1e-9));
        }),
        Own("cross-entropy takes them as they are", "Logits 12 and -12 cost 2.5e-11 nats in the right class: what was squashed before could not get below 0.3.", (op, _) =>
        {
            var logits = op(ones(1, 1, dtype: ScalarType.Float64), tensor([12.0, -12.0]).unsqueeze(1), zeros(2, dtype: ScalarType.Float64));
            return Comparison.Same("loss", Loss.CrossEntropy(logits, zeros(1, dtype: ScalarType.Int64)), tensor([3.775134544136e-11]), new Tolerance(1e-4, 0));
        }) with { Cases = 1 },
    ];
}

/// <summary>The head of a regression: one number an example.</summary>
public sealed class PredictionSpec : LabSpec<Func<Tensor, Tensor, Tensor, Tensor>, HeadsCase>
{
    private static Tensor Prediction(Tensor features, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        return F.linear(features, weight, bias).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor> Op => Prediction;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor> Oracle => (features, weight, bias) => (features * weight[0]).sum(1) + bias[0];

    /// <inheritdoc/>
    public override Gen<HeadsCase> Cases =>
        HeadsCase.Any(c => [c.Rows("features", 0, c.D), c.Weights("weight", 1, 1, c.D), c.Weights("bias", 2, 1)]);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(8 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, Tensor> op, HeadsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2])];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, Tensor>, HeadsCase>> OwnLaws =>
    [
        Own("the loss compares like with like", "Less the targets, B numbers, it is B numbers again and no table of B by B.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var difference = op(x[0], x[1], x[2]) - zeros(c.B, dtype: ScalarType.Float64);
            return Verdict.Require(
                difference.shape is [var rows] && rows == c.B,
                $"Less {c.B} targets it has shape [{string.Join(", ", difference.shape)}]: every prediction against every target.");
        }),
    ];
}

/// <summary>The head of an embedding: vectors of length 1.</summary>
public sealed class EmbeddingSpec : LabSpec<Func<Tensor, Tensor, Tensor>, HeadsCase>
{
    private static Tensor Embedding(Tensor features, Tensor weight)
    {
        using var scope = NewDisposeScope();
        return Activation.L2Normalize(F.linear(features, weight), 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Embedding;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (features, weight) => F.normalize(LinearCase.Apply(features, weight, null), 2, 1, 1e-12);

    /// <inheritdoc/>
    public override Gen<HeadsCase> Cases => HeadsCase.Any(c => [c.Rows("features", 0, c.D), c.Weights("weight", 1, c.K, c.D)]);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(100 * magnitude);

    /// <inheritdoc/>
    public override bool SmoothAt(HeadsCase @case) => @case is { Scale: 1, Decimals: null };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, HeadsCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, HeadsCase>> OwnLaws =>
    [
        Own("vectors have length one", "Whatever the length of the features, each row's squares sum to 1.", (op, c) =>
        {
            var x = (c with { Scale = 1, Decimals = null }).Draw().Select(a => a.Value).ToArray();
            var squares = op(x[0], x[1]).square().sum(1);
            return Comparison.Same("length, squared", squares, ones_like(squares), Tolerance);
        }),
        Own("nothing stays nothing", "Features that are all 0 give a vector of 0, with a gradient that is a number.", (op, c) =>
        {
            var features = zeros(2, c.D, dtype: ScalarType.Float64).requires_grad_();
            var embedded = op(features, c.Draw()[1].Value);
            embedded.sum().backward();
            return Comparison.Same("result", embedded, zeros_like(embedded), Tolerance)
                .Then(() => Verdict.Require(features.grad!.isnan().logical_not().all().ToBoolean(), "The gradient is NaN."));
        }) with { Cases = 5 },
    ];
}

/// <summary>The sum of what two heads cost, one number an example.</summary>
public sealed class JointLossSpec : LabSpec<Func<Tensor, Tensor, Tensor, Tensor, Tensor>, HeadsCase>
{
    private static Tensor JointLoss(Tensor logits, Tensor labels, Tensor predictions, Tensor values)
    {
        using var scope = NewDisposeScope();
        return (Loss.CrossEntropy(logits, labels) + Loss.SquaredError(predictions, values)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, Tensor> Op => JointLoss;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, Tensor> Oracle => (logits, labels, predictions, values) =>
        F.cross_entropy(logits, labels, reduction: nn.Reduction.None) + F.mse_loss(predictions, values, nn.Reduction.None);

    /// <inheritdoc/>
    public override Gen<HeadsCase> Cases => HeadsCase.Any(c =>
    [
        c.Rows("logits", 0, c.K),
        new("labels", c.Labels(c.K, c.B)) { BatchDim = 0 },
        new("predictions", c.Rows("predictions", 2, 1).Value.squeeze(1)) { Differentiable = true, BatchDim = 0 },
        new("values", c.Rows("values", 3, 1).Value.squeeze(1)) { BatchDim = 0 },
    ]);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(magnitude * Math.Max(1, magnitude));

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, Tensor, Tensor> op, HeadsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], arguments[3])];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, Tensor, Tensor>, HeadsCase>> OwnLaws =>
    [
        Own("a sure and right answer costs nothing", "Logits of 1000 for the right class and a prediction that is the value cost 0.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var sure = F.one_hot(x[1], c.K).to(ScalarType.Float64) * 1000;
            var loss = op(sure, x[1], x[3], x[3]);
            return Comparison.Same("result", loss, zeros(c.B, dtype: ScalarType.Float64), Tolerance);
        }),
    ];
}

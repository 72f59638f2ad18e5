using Lab.Core.Activations;
using Lab.Core.Heads;
using Lab.Core.Losses;
using Lab.Core.Pairings;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Core.Tests.Pairings;

/// <summary>What the registry sees in real tensors.</summary>
public sealed class InspectTests
{
    private static readonly Generator generator = new(7);

    private static Tensor Logits(params long[] shape) => randn(shape, generator: generator) * 3;

    private static Tensor Classes(long classes, params long[] shape) => randint(0, classes, shape, dtype: int64, generator: generator);

    private static Tensor OneHot(long batch, long classes) => F.one_hot(Classes(classes, batch), classes).to(float32);

    private static Tensor Labels(params long[] shape) => (rand(shape, generator: generator) < 0.4).to(float32);

    public static TheoryData<string, Func<(Tensor, Tensor)>, string, Fit, string> Tensors() => new()
    {
        // What is right is not found fault with.
        { "logits, indices", () => (Logits(32, 10), Classes(10, 32)), "CrossEntropy", Fit.Right, "" },
        { "a map of logits, a map of indices", () => (Logits(2, 4, 8, 8), Classes(4, 2, 8, 8)), "CrossEntropy", Fit.Right, "" },
        { "ignored indices", () => (Logits(8, 3), full([8], -100L)), "CrossEntropy", Fit.Right, "" },
        { "a class ruled out", () => (cat([Logits(8, 3), full([8, 1], double.NegativeInfinity)], 1), Classes(3, 8)), "CrossEntropy", Fit.Right, "" },
        { "logits, distributions", () => (Logits(32, 6), ScoreBins.SoftLabels(rand(32, generator: generator) * 5, 0, 5, 6)), "CrossEntropy", Fit.Right, "" },
        { "log-probabilities, indices", () => (Activation.LogSoftmax(Logits(32, 10), 1), Classes(10, 32)), "NLLLoss", Fit.Right, "" },
        { "logits, labels", () => (Logits(32, 3), Labels(32, 3)), "BCEWithLogitsLoss", Fit.Right, "" },
        { "a logit, yes or no", () => (Logits(32), Labels(32)), "BCEWithLogitsLoss", Fit.Right, "" },
        { "numbers, numbers", () => (Logits(32), Logits(32)), "MSELoss", Fit.Right, "" },
        { "maps of numbers", () => (Logits(2, 1, 8, 8), Logits(2, 1, 8, 8)), "L1Loss", Fit.Right, "" },
        { "numbers, prices", () => (Logits(32), Logits(32).exp()), "SquaredLogError", Fit.Right, "" },
        { "numbers, counts", () => (Logits(32), Classes(9, 32).to(float32)), "PoissonNLLLoss", Fit.Right, "" },
        { "scores, steps", () => (Logits(32), Classes(5, 32)), "OrdinalNegativeLogLikelihood", Fit.Right, "" },
        { "quantiles", () => (Activation.Ascending(Logits(32, 3)), Logits(32)), "Quantiles", Fit.Right, "" },
        { "pairs", () => (Activation.L2Normalize(Logits(32, 8), 1), Labels(32) == 1), "CosineEmbedding", Fit.Right, "" },
        { "vectors, identities", () => (Activation.L2Normalize(Logits(32, 8), 1), Classes(5, 32)), "ArcFace", Fit.Right, "" },
        { "no examples", () => (Logits(0, 10), Classes(10, 0)), "CrossEntropy", Fit.Right, "" },

        // Outputs.
        { "softmax twice", () => (Activation.Softmax(Logits(32, 10), 1), Classes(10, 32)), "CrossEntropy", Fit.Wrong, "applies softmax itself" },
        { "softmax twice, in half precision", () => (Activation.Softmax(Logits(32, 10), 1).to(float16), Classes(10, 32)), "CrossEntropy", Fit.Wrong, "applies softmax itself" },
        { "softmax twice, one example", () => (Activation.Softmax(Logits(1, 10), 1), Classes(10, 1)), "CrossEntropy", Fit.Wrong, "applies softmax itself" },
        { "the U-Net of the question", () => (Activation.Sigmoid(Logits(2, 4, 8, 8)), Classes(4, 2, 8, 8)), "CrossEntropy", Fit.Wrong, "no logit" },
        { "a sigmoid over many classes", () => (Activation.Sigmoid(Logits(8, 10) / 100), Classes(10, 8)), "CrossEntropy", Fit.Wrong, "no logit" },
        { "what may be a sigmoid's", () => (Activation.Sigmoid(Logits(16, 3) / 100), Classes(3, 16)), "CrossEntropy", Fit.Works, "If a sigmoid made these" },
        { "what may be a sigmoid's, one output", () => (Activation.Sigmoid(Logits(64) / 3), Labels(64)), "BCEWithLogitsLoss", Fit.Works, "If a sigmoid made these" },
        { "too few to say", () => (Activation.Sigmoid(Logits(3, 3)), Classes(3, 3)), "CrossEntropy", Fit.Right, "" },
        { "log-softmax twice", () => (Activation.LogSoftmax(Logits(32, 10), 1), Classes(10, 32)), "CrossEntropy", Fit.Works, "computed twice" },
        { "after ReLU", () => (F.relu(Logits(32, 10)), Classes(10, 32)), "CrossEntropy", Fit.Works, "cannot be negative" },
        { "no log-softmax", () => (Logits(32, 10), Classes(10, 32)), "NLLLoss", Fit.Wrong, "log-softmax is missing" },
        { "softmax for log-softmax", () => (Activation.Softmax(Logits(32, 10), 1), Classes(10, 32)), "NLLLoss", Fit.Works, "-p[y]" },
        { "sigmoid for log-softmax", () => (Activation.Sigmoid(Logits(32, 10)), Classes(10, 32)), "NLLLoss", Fit.Wrong, "stays at chance" },
        { "sigmoid twice", () => (Activation.Sigmoid(Logits(64, 3)), Labels(64, 3)), "BCEWithLogitsLoss", Fit.Wrong, "applied twice" },
        { "sigmoid twice, one output", () => (Activation.Sigmoid(3 * Logits(64)), Labels(64)), "BCEWithLogitsLoss", Fit.Wrong, "applied twice" },
        { "no sigmoid", () => (Logits(64, 3), Labels(64, 3)), "BCELoss", Fit.Wrong, "refuses logits" },
        { "softmax for labels", () => (Activation.Softmax(Logits(64, 3), 1), Labels(64, 3)), "BCELoss", Fit.Wrong, "share one unit" },
        { "quantiles that cross", () => (Logits(64, 3), Logits(64)), "Quantiles", Fit.Works, "cross now and then" },
        { "vectors of any length", () => (Logits(64, 3), Logits(64, 3)), "InfoNce", Fit.Works, "any length" },
        { "NaN", () => (Logits(4, 3) / 0 * 0, Classes(3, 4)), "CrossEntropy", Fit.Wrong, "12 of 12 outputs are NaN" },

        // Targets.
        { "one-hot as one_hot makes it", () => (Logits(32, 10), F.one_hot(Classes(10, 32), 10)), "CrossEntropy", Fit.Wrong, "one_hot makes them" },
        { "one-hot for indices", () => (Activation.LogSoftmax(Logits(32, 10), 1), OneHot(32, 10)), "NLLLoss", Fit.Wrong, "index of the true class" },
        { "one-hot", () => (Logits(32, 10), OneHot(32, 10)), "CrossEntropy", Fit.Works, "read as distributions" },
        { "indices in float", () => (Logits(32, 10), Classes(10, 32).to(float32)), "CrossEntropy", Fit.Wrong, "must be int64" },
        { "indices in int32", () => (Logits(32, 10), Classes(10, 32).to(int32)), "CrossEntropy", Fit.Wrong, "these are Int32" },
        { "classes from 1", () => (Logits(32, 10), full([32], 10L)), "CrossEntropy", Fit.Wrong, "do the classes count from 1?" },
        { "several labels for softmax", () => (Logits(64, 10), Labels(64, 10)), "CrossEntropy", Fit.Wrong, "a dog and a cat" },
        { "scores for softmax", () => (Logits(64, 6), rand(64, generator: generator) * 5), "CrossEntropy", Fit.Wrong, "2.33" },
        { "indices for a sigmoid", () => (Logits(32, 10), Classes(10, 32)), "BCEWithLogitsLoss", Fit.Wrong, "a case for softmax" },
        { "integer labels", () => (Logits(32, 10), Labels(32, 10).to(int64)), "BCEWithLogitsLoss", Fit.Wrong, "dtype of the outputs" },
        { "bool labels", () => (Logits(32, 10), Labels(32, 10) == 1), "BCEWithLogitsLoss", Fit.Wrong, "dtype of the outputs" },
        { "indices for distributions", () => (Logits(32, 10), Classes(10, 32)), "KullbackLeibler", Fit.Wrong, "two distributions" },
        { "[B, 1] against [B]", () => (Logits(32, 1), Logits(32)), "MSELoss", Fit.Wrong, "broadcast" },
        { "[B, 1] against [B], labels", () => (Logits(32, 1), Labels(32)), "BCEWithLogitsLoss", Fit.Wrong, "broadcast" },
        { "[B] against [B, 1]", () => (Logits(32), Logits(32, 1)), "MSELoss", Fit.Wrong, "broadcast" },
        { "other sizes", () => (Logits(32), Logits(31)), "MSELoss", Fit.Wrong, "do not fit together" },
        { "prices", () => (Logits(32), (Logits(32) * 2).exp()), "MSELoss", Fit.Works, "on $2 and on $1000" },
        { "counts", () => (Logits(32), Classes(9, 32).to(float32)), "MSELoss", Fit.Works, "counts vary more" },
        { "integer counts", () => (Logits(32), Classes(9, 32)), "MSELoss", Fit.Wrong, "dtype of the outputs, Float32" },
        { "negative targets for a logarithm", () => (Logits(32), Logits(32)), "SquaredLogError", Fit.Wrong, "no logarithm" },
        { "one number for K classes", () => (Logits(32), Classes(10, 32)), "CrossEntropy", Fit.Wrong, "one logit per class" },
        { "a class per step for ordinal scores", () => (Logits(32), Logits(32)), "OrdinalNegativeLogLikelihood", Fit.Wrong, "int64 [B]" },
    };

    [Theory]
    [MemberData(nameof(Tensors))]
    public void Tensors_get_their_verdict(string name, Func<(Tensor, Tensor)> draw, string loss, Fit fit, string why)
    {
        Assert.NotEmpty(name);
        using var scope = NewDisposeScope();
        var (outputs, targets) = draw();
        var alive = scope.DisposablesCount;
        var verdict = Pairing.Inspect(outputs, targets, loss);
        Assert.Equal(alive, scope.DisposablesCount);
        Assert.True(verdict.Fit == fit && verdict.ToString().Contains(why, StringComparison.Ordinal), verdict.ToString());
    }

    [Fact]
    public void What_was_seen_is_told()
    {
        using var scope = NewDisposeScope();
        var verdict = Pairing.Inspect(Activation.Softmax(Logits(32, 10), 1), Classes(10, 32), "CrossEntropy");
        Assert.Equal("outputs: probabilities: each of 32 rows lies in [0, 1] and sums to 1; Float32 [32, 10]", verdict.Seen[0]);
        Assert.Equal("targets: whole numbers, from 0 to 9; Int64 [32]", verdict.Seen[1]);
        Assert.Contains("seen: outputs", verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_network_is_never_refused_by_chance()
    {
        using var scope = NewDisposeScope();
        foreach (var classes in new[] { 1, 2, 3, 4, 10 })
            for (var seed = 0; seed < 60; seed++)
            {
                using var step = NewDisposeScope();
                manual_seed(seed);
                using var backbone = nn.Linear(16, 64);
                using var head = new LinearHead(64, classes);
                using var scalar = new ScalarHead(64);
                var features = F.relu(backbone.call(randn(64, 16)));
                Pairing.Require(scalar.call(features), Labels(64), "BCEWithLogits");
                Pairing.Require(head.call(features), Labels(64, classes), "BCEWithLogits");
                if (classes > 1)
                    Pairing.Require(head.call(features), Classes(classes, 64), "CrossEntropy");
            }
    }

    [Fact]
    public void Require_refuses_tensors_with_what_it_saw()
    {
        using var scope = NewDisposeScope();
        var problem = Assert.Throws<ArgumentException>(() => Pairing.Require(Activation.Softmax(Logits(8, 4), 1), Classes(4, 8), "CrossEntropy"));
        Assert.Contains("sums to 1", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Fix: Leave the activation out", problem.Message, StringComparison.Ordinal);
        Assert.Equal("outputs", Assert.Throws<ArgumentException>(() => Pairing.Inspect(Classes(3, 4), Classes(3, 4), "CrossEntropy")).ParamName);
        Assert.Equal("targets", Assert.Throws<ArgumentNullException>(() => Pairing.Inspect(Logits(4, 3), null!, "CrossEntropy")).ParamName);
        Assert.Equal("loss", Assert.Throws<ArgumentException>(() => Pairing.Inspect(Logits(4, 3), Classes(3, 4), "xyz")).ParamName);
    }
}

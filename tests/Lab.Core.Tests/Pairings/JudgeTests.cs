using Lab.Core.Pairings;

namespace Lab.Core.Tests.Pairings;

/// <summary>What the registry says of pairings by their names.</summary>
public sealed class JudgeTests
{
    [Theory]
    [InlineData(null, "softmax", null, "CrossEntropy", Fit.Wrong, "applies softmax itself", "Loss.CrossEntropy(logits, targets)")]
    [InlineData("LinearHead", "sigmoid", "indices", "CrossEntropy", Fit.Wrong, "no logit", "Let the last layer be linear")]
    [InlineData("LinearHead", "log-softmax", "indices", "CrossEntropy", Fit.Works, "computed twice", "Leave the activation out")]
    [InlineData("LinearHead", null, "indices", "NegativeLogLikelihood", Fit.Wrong, "log-softmax is missing", "Activation.LogSoftmax(logits, 1)")]
    [InlineData("LinearHead", "sigmoid", "indices", "NegativeLogLikelihood", Fit.Wrong, "stays at chance", "Loss.CrossEntropy")]
    [InlineData("LinearHead", "softmax", "indices", "NegativeLogLikelihood", Fit.Works, "-p[y]", "Loss.CrossEntropy")]
    [InlineData("LinearHead", null, "one-hot", "NegativeLogLikelihood", Fit.Wrong, "", "")]
    [InlineData("LinearHead", "log-softmax", "one-hot", "NegativeLogLikelihood", Fit.Wrong, "index of the true class", "argmax(1)")]
    [InlineData("LinearHead", null, "one-hot", "CrossEntropy", Fit.Works, "read as distributions", "argmax(1)")]
    [InlineData("LinearHead", null, "integer-labels", "CrossEntropy", Fit.Wrong, "one_hot makes them", "argmax(1)")]
    [InlineData("LinearHead", null, "float-indices", "CrossEntropy", Fit.Wrong, "must be int64", "to(int64)")]
    [InlineData("LinearHead", null, "indices", "KullbackLeibler", Fit.Wrong, "two distributions", "Loss.CrossEntropy")]
    [InlineData("MultiLabelHead", null, "integer-labels", "BCEWithLogitsLoss", Fit.Wrong, "dtype of the outputs", "to(float32)")]
    [InlineData("MultiLabelHead", "sigmoid", "multi-hot", "BCEWithLogitsLoss", Fit.Wrong, "applied twice", "Leave the activation out")]
    [InlineData("MultiLabelHead", "softmax", "multi-hot", "BCELoss", Fit.Wrong, "share one unit", "BinaryCrossEntropyWithLogits")]
    [InlineData("MultiLabelHead", null, "multi-hot", "BCELoss", Fit.Wrong, "refuses logits", "BinaryCrossEntropyWithLogits")]
    [InlineData("MultiLabelHead", "sigmoid", "multi-hot", "BCELoss", Fit.Works, "the sigmoid rounds", "BinaryCrossEntropyWithLogits")]
    [InlineData("LinearHead", null, "multi-hot", "CrossEntropy", Fit.Wrong, "a dog and a cat", "MultiLabelHead")]
    [InlineData("LinearHead", "sigmoid", "indices", "BCELoss", Fit.Wrong, "a case for softmax", "Loss.CrossEntropy")]
    [InlineData("LinearHead", null, "one-hot", "BCEWithLogits", Fit.Works, "K sigmoids do not know it", "Loss.CrossEntropy")]
    [InlineData("LinearHead", null, "binary", "BCEWithLogits", Fit.Wrong, "never broadcast", "new ScalarHead(width)")]
    [InlineData("ScalarHead", null, "multi-hot", "BCEWithLogits", Fit.Wrong, "cannot answer targets [B, K]", "MultiLabelHead")]
    [InlineData("ScalarHead", "softmax", null, "CrossEntropy", Fit.Wrong, "1 whatever the number is", "")]
    [InlineData("ScalarHead", null, "decades", "MSE", Fit.Works, "$1 costs the same on $2 and on $1000", "Loss.SquaredLogError")]
    [InlineData("ScalarHead", "exp", "decades", "SquaredLogError", Fit.Wrong, "reads the output as a logarithm", "raw number")]
    [InlineData("ScalarHead", "exp", "counts", "Poisson", Fit.Wrong, "logarithm of the rate", "raw number")]
    [InlineData("ScalarHead", null, "counts", "MSE", Fit.Works, "answer below 0", "Loss.PoissonNegativeLogLikelihood")]
    [InlineData("ScalarHead", null, "indices", "MSE", Fit.Wrong, "names, not amounts", "Loss.CrossEntropy")]
    [InlineData("ScalarHead", "sigmoid", "real", "MSE", Fit.Wrong, "cannot answer above 1", "Leave the sigmoid out")]
    [InlineData("LinearHead", "softmax", "scores", "PearsonDistance", Fit.Wrong, "one output that is free", "ScoreBins.SoftLabels")]
    [InlineData("LinearHead", null, "scores", "CrossEntropy", Fit.Wrong, "2.33", "ScoreBins.SoftLabels(scores, 0, 5, 6)")]
    [InlineData("LinearHead", "softmax", "scores", "MSE", Fit.Wrong, "one output that is free", "ScoreBins.SoftLabels")]
    [InlineData("LinearHead", null, "ordered", "CrossEntropy", Fit.Works, "closer to a 5", "OrdinalHead")]
    [InlineData("OrdinalHead", "ordinal-probabilities", "ordered", "OrdinalNegativeLogLikelihood", Fit.Wrong, "one score per example", "")]
    [InlineData("LinearHead", null, "real", "Quantiles", Fit.Works, "cross now and then", "QuantileHead")]
    [InlineData("QuantileHead", "ascending", "real", "Quantiles", Fit.Wrong, "inside", "Leave Ascending out")]
    [InlineData("EmbeddingHead", "l2-normalize", "matches", "InfoNce", Fit.Works, "changes nothing", "")]
    [InlineData("EmbeddingHead", null, "indices", "CrossEntropy", Fit.Wrong, "vectors of length 1", "")]
    [InlineData("HeteroscedasticHead", null, "real", "MSE", Fit.Wrong, "a mean and a variance", "")]
    [InlineData("ScalarHead", null, "real", "GaussianNLLLoss", Fit.Wrong, "a mean without doubt", "HeteroscedasticHead")]
    [InlineData("LinearHead", null, "indices", "CrossEntropy", Fit.Right, "wants logits", "Loss.CrossEntropy(logits, targets)")]
    [InlineData("ScalarHead", null, "binary", "BCEWithLogits", Fit.Right, "wants logits", "")]
    [InlineData(null, null, "soft-labels", "CrossEntropy", Fit.Right, "", "")]
    public void A_pairing_gets_its_verdict_reason_and_remedy(
        string? head, string? activation, string? target, string loss, Fit fit, string why, string fix)
    {
        var verdict = Pairing.Judge(head, activation, target, loss);
        Assert.Equal(fit, verdict.Fit);
        Assert.Contains(why, verdict.Why, StringComparison.Ordinal);
        Assert.Contains(fix, verdict.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_faults_are_all_told_the_worst_first()
    {
        var verdict = Pairing.Judge("LinearHead", "sigmoid", "one-hot", "CrossEntropy");
        Assert.Equal([Fit.Wrong, Fit.Works], verdict.Findings.Select(f => f.Fit));
        Assert.Equal("LinearHead → Sigmoid → CrossEntropy, targets: one-hot vectors, floating point [B, K]", verdict.Subject);
        Assert.All(verdict.Findings, f => Assert.Contains(f.Why, verdict.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_known_is_not_held_against_a_pairing() =>
        Assert.All(Pairing.Losses, loss => Assert.Equal(
            loss.Name is "NegativeLogLikelihood" or "BinaryCrossEntropy" ? Fit.Wrong : Fit.Right, Pairing.Judge(null, null, null, loss.Name).Fit));

    [Theory]
    [InlineData("CrossEntrpy", "loss", "Did you mean CrossEntropy?")]
    [InlineData("mse_los", "loss", "Did you mean SquaredError?")]
    [InlineData("xyz", "loss", "There are CrossEntropy, ")]
    [InlineData("Softmx", "activation", "Did you mean Softmax?")]
    [InlineData("LinearHed", "head", "Did you mean LinearHead?")]
    [InlineData("onehott", "target", "Did you mean one-hot?")]
    public void A_name_that_is_not_known_is_answered_with_the_nearest(string name, string parameter, string hint)
    {
        var problem = Assert.Throws<ArgumentException>(() => Pairing.Judge(
            parameter == "head" ? name : null, parameter == "activation" ? name : null, parameter == "target" ? name : null,
            parameter == "loss" ? name : "CrossEntropy"));
        Assert.Equal(parameter, problem.ParamName);
        Assert.Contains(hint, problem.Message, StringComparison.Ordinal);
        Assert.Contains($"got \"{name}\"", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Require_throws_what_is_wrong_and_lets_the_rest_pass()
    {
        var problem = Assert.Throws<ArgumentException>(() => Pairing.Require("LinearHead", "softmax", null, "CrossEntropy"));
        Assert.StartsWith("Wrong pairing, got LinearHead → Softmax → CrossEntropy. CrossEntropy applies softmax itself", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Fix: Leave the activation out: Loss.CrossEntropy(logits, targets).", problem.Message, StringComparison.Ordinal);
        Assert.Equal("loss", problem.ParamName);
        Assert.Equal(Fit.Works, Pairing.Require("LinearHead", "log-softmax", null, "CrossEntropy").Fit);
    }

    [Fact]
    public void The_guide_can_be_narrowed_to_a_head_or_a_loss()
    {
        Assert.All(Pairing.Guide.Of("linear").Rows, row => Assert.Equal("LinearHead", row.Head));
        Assert.Equal("PoissonNegativeLogLikelihood", Assert.Single(Pairing.Guide.Of("poisson").Rows).Loss);
        Assert.Contains("Did you mean QuantileHead?", Assert.Throws<ArgumentException>(() => Pairing.Guide.Of("QuantilHead")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verdicts_and_the_guide_show_themselves_in_notebooks()
    {
        var html = Pairing.Judge("ScalarHead", null, "decades", "MSE").ToHtml();
        Assert.Contains("works, but", html, StringComparison.Ordinal);
        Assert.Contains("Loss.SquaredLogError", html, StringComparison.Ordinal);
        Assert.Contains("log(1 + (K - 1)/e)", Pairing.Judge(null, "softmax", null, "CE").ToHtml(), StringComparison.Ordinal);

        var guide = Pairing.Guide.ToHtml();
        Assert.Equal(Pairing.Guide.Rows.Count + 1, guide.Split("<tr").Length - 1);
        Assert.Equal(Pairing.Guide.Rows.Count + 1, Pairing.Guide.ToString().Split('\n').Length);
        Assert.All(
            [typeof(PairingVerdict), typeof(PairingGuide)],
            type => Assert.Contains(type.CustomAttributes, a => a.AttributeType.Name == "TypeFormatterSourceAttribute"));
    }
}

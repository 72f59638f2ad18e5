using Lab.Specs.Activations;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Tests;

/// <summary>Formulas that textbooks write and floating point does not forgive: the laws must notice each.</summary>
public sealed class NaiveFormulaTests
{
    [Theory]
    [MemberData(nameof(FromTheDocuments))]
    public void Naive_versions_of_the_documents_fail_at_extremes(string name, Func<SpecReport> judge)
    {
        Assert.NotEmpty(name);
        var report = judge();
        Assert.Contains("extreme magnitudes are right", report.Failed);
        Assert.Contains("value equals the oracle's", report.Failed);
    }

    public static TheoryData<string, Func<SpecReport>> FromTheDocuments() => new()
    {
        { "softmax by exp / sum", () => new SoftmaxSpec().Judge((z, d, t) => (z / t).exp() / (z / t).exp().sum(d, keepdim: true)) },
        { "log(softmax)", () => new LogSoftmaxSpec().Judge((z, d) => F.softmax(z, d).log()) },
        { "log_softmax2", () => new LogSoftmaxSpec().Judge((z, d) => z - z.exp().sum(d, keepdim: true).log()) },
        { "log(sigmoid)", () => new LogSigmoidSpec().Judge(z => (1 / (1 + (-z).exp())).log()) },
        {
            "binary cross-entropy by log(sigmoid)",
            () => new BinaryCrossEntropyWithLogitsSpec().Judge((z, y, w) =>
            {
                var s = sigmoid(z);
                return -(y * s.log() + (1 - y) * (1 - s).log());
            })
        },
    };
}

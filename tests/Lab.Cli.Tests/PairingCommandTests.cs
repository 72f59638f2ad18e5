using Lab.Core.Pairings;

namespace Lab.Cli.Tests;

public sealed class PairingCommandTests
{
    [Fact]
    public async Task Alone_it_prints_the_guide_as_plain_text()
    {
        var result = await LabProcess.Run(["pairing"]);
        Assert.Equal((0, ""), (result.Exit, result.Error));
        Assert.StartsWith("To predict", result.Output, StringComparison.Ordinal);
        Assert.Equal(Pairing.Guide.Rows.Count + 1, result.Output.TrimEnd().Split('\n').Length);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Theory]
    [InlineData("OrdinalHead", "OrdinalNegativeLogLikelihood", "CrossEntropy")]
    [InlineData("poisson", "logRates.exp()", "LinearHead")]
    public async Task With_a_name_it_prints_that_heads_or_losses_rows(string name, string there, string notThere)
    {
        var result = await LabProcess.Run(["pairing", name]);
        Assert.Equal((0, ""), (result.Exit, result.Error));
        Assert.Contains(there, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(notThere, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "wrong: Softmax → CrossEntropy", "--activation", "softmax", "--loss", "CrossEntropy")]
    [InlineData(1, "Fix: Take oneHot.argmax(1)", "--activation", "log-softmax", "--loss", "NLLLoss", "--target", "one-hot")]
    [InlineData(0, "works, but: ScalarHead → SquaredError", "--head", "ScalarHead", "--loss", "mse", "--target", "decades")]
    [InlineData(0, "right: LinearHead → CrossEntropy", "--head", "LinearHead", "--loss", "CrossEntropy", "--target", "indices")]
    public async Task With_parts_it_judges_them(int exit, string text, params string[] parts)
    {
        var result = await LabProcess.Run(["pairing", .. parts]);
        Assert.Equal((exit, ""), (result.Exit, result.Error));
        Assert.Contains(text, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lab: name must name a head or a loss, got \"CrossEntrpy\". Did you mean CrossEntropy?", "CrossEntrpy")]
    [InlineData("lab: activation must name an activation, got \"softmx\". Did you mean Softmax?", "--loss", "CE", "--activation", "softmx")]
    [InlineData("lab: target must name a kind of target, got \"onehott\". Did you mean one-hot?", "--loss", "CE", "--target", "onehott")]
    [InlineData("lab: to judge a pairing, name its --loss; `lab pairing` alone shows the table.", "--head", "LinearHead")]
    [InlineData("lab: give either a name to look up or the parts of a pairing, got 'CE' and an option.", "CE", "--loss", "NLL")]
    [InlineData("lab: 'lab pairing' has no option --los. See `lab pairing --help`.", "--los", "CE")]
    public async Task A_mistake_is_one_clear_line_and_exit_code_2(string line, params string[] arguments) =>
        Assert.Equal(new(2, "", line), await LabProcess.Run(["pairing", .. arguments]));
}

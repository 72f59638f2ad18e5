using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Activations;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Tests;

/// <summary>A failed law is a value that tells all there is to tell.</summary>
public sealed class LawResultTests
{
    private static LawResult NaiveSoftmax(LawOptions? options = null) => new SoftmaxSpec().Check(
        (Func<Tensor, long, double, Tensor>)((z, d, t) => (z / t).exp() / (z / t).exp().sum(d, keepdim: true)),
        "value equals the oracle's", options);

    [Fact]
    public void Failure_holds_the_law_the_smallest_case_both_results_and_the_first_difference()
    {
        var result = NaiveSoftmax();

        Assert.False(result.Passed);
        Assert.Equal("Softmax", result.Op);
        var found = Assert.IsType<Counterexample>(result.Counterexample);
        Assert.Equal(["logits"], found.Inputs.Select(i => i.Name));
        Assert.Equal(["got", "expected"], found.Verdict.Evidence.Select(e => e.Name));
        Assert.True(double.IsNaN(found.Verdict.First!.Got));
        Assert.InRange(found.Verdict.First.Expected, 0, 1);
    }

    [Fact]
    public void Counterexample_is_shrunk_to_one_number_whose_exp_is_lost()
    {
        var smallest = NaiveSoftmax().Counterexample!;

        var logit = Assert.Single(smallest.Inputs[0].Values);
        Assert.InRange(Math.Abs(logit) / (((LogitsCase)smallest.Case).Temperature ?? 1), 709, double.MaxValue); // exp is ∞, or 0
        Assert.Matches("^-?[1-9]0*$", logit.ToString(CultureInfo.InvariantCulture));       // one digit: 1000, not 1313
    }

    [Fact]
    public void Report_names_the_options_that_the_case_needs_and_no_others()
    {
        static Tensor Forgets(Tensor logits, long dim, double temperature) => Activation.Softmax(logits, dim);
        static Tensor Stubborn(Tensor logits, long dim, double temperature) => Activation.Softmax(logits, -1, temperature);

        Assert.Contains("Temperature = ", new SoftmaxSpec().Judge(Forgets, "value equals the oracle's").ToString());
        Assert.DoesNotContain("Dim = ", new SoftmaxSpec().Judge(Forgets, "value equals the oracle's").ToString());
        Assert.DoesNotContain("Temperature = ", new SoftmaxSpec().Judge(Stubborn, "value equals the oracle's").ToString());
    }

    [Fact]
    public void Text_names_law_reason_inputs_results_and_replay()
    {
        var text = NaiveSoftmax(new LawOptions(Seed: 5)).ToString();

        Assert.Contains("Softmax: value equals the oracle's: FAILS", text);
        Assert.Contains("got NaN, expected", text);
        Assert.Contains("logits[", text);
        Assert.Contains("Replay with LAB_SEED=5", text);
    }

    [Fact]
    public void Same_seed_gives_the_same_counterexample() =>
        Assert.Equal(NaiveSoftmax(new LawOptions(Seed: 7)).ToString(), NaiveSoftmax(new LawOptions(Seed: 7)).ToString());

    [Fact]
    public void Without_a_seed_every_run_is_the_same() => Assert.Equal(NaiveSoftmax().ToString(), NaiveSoftmax().ToString());

    [Fact]
    public void A_law_that_applies_to_no_case_is_not_passed()
    {
        var result = new NeverApplies().Check("says nothing");

        Assert.False(result.Passed);
        Assert.Contains("the law showed nothing", result.ToString());
    }

    [Fact]
    public void An_op_that_answers_differently_each_time_is_told_so()
    {
        var calls = 0;
        var result = new SigmoidSpec().Check(
            (Func<Tensor, Tensor>)(z => Activation.Sigmoid(z) + (calls++ == 20 ? 1 : 0)), "value equals the oracle's");

        Assert.Contains("not deterministic", result.ToString());
    }

    [Fact]
    public void Report_counts_and_shows_each_law()
    {
        var report = new SoftmaxSpec().Judge(Activation.Softmax);

        Assert.True(report.Passed, report.ToString());
        Assert.StartsWith($"Softmax: {report.Results.Count} of {report.Results.Count} laws hold", report.ToString());
        Assert.Contains("holds", report.ToHtml());
        Assert.All(report.Results, result => Assert.Contains($"<b>{System.Net.WebUtility.HtmlEncode(result.Law)}</b>", report.ToHtml()));
    }

    [Fact]
    public void Html_of_a_report_is_escaped()
    {
        var report = new SigmoidSpec().Judge(_ => throw new InvalidOperationException("<script>"), "value equals the oracle's");

        Assert.DoesNotContain("<script>", report.ToHtml());
        Assert.Contains("&lt;script&gt;", report.ToHtml());
    }

    [Fact]
    public void Unknown_law_or_another_signature_is_refused()
    {
        var spec = new SigmoidSpec();
        Assert.Contains("value equals", Assert.Throws<ArgumentException>(() => spec.Check("no such law")).Message);
        Assert.Throws<ArgumentException>(() => spec.Check((Func<int>)(() => 1), spec.LawNames[0]));
        Assert.Contains("Softmax", Assert.Throws<ArgumentException>(() => SpecCatalog.Of("Sofmax")).Message);
    }

    [Fact]
    public void Every_spec_is_found_once() =>
        Assert.Equal(SpecCatalog.All.Count, SpecCatalog.All.Select(s => s.Name).Distinct().Count());

    [Fact]
    public void Drawing_a_case_twice_gives_the_same_numbers() => Prop.ForAll(
        Arb.From(LogitsCase.Any), c => c.Draw()[0].Value.Equals(c.Draw()[0].Value)).QuickCheckThrowOnFailure();

    private sealed class NeverApplies : Spec<Func<Tensor, Tensor>, LogitsCase>
    {
        public override Func<Tensor, Tensor> Op => Activation.Sigmoid;

        public override Func<Tensor, Tensor> Oracle => sigmoid;

        public override Gen<LogitsCase> Cases => LogitsCase.Any;

        public override Tensor[] Call(Func<Tensor, Tensor> op, LogitsCase @case, Tensor[] arguments) => [op(arguments[0])];

        public override IEnumerable<BadInput<Func<Tensor, Tensor>>> BadInputs => [];

        public override IEnumerable<Law<Func<Tensor, Tensor>, LogitsCase>> OwnLaws =>
            [Own("says nothing", "Nothing.", (_, _) => Verdict.DoesNotApply)];
    }
}

using Lab.Specs.Activations;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Bench.Tests;

public sealed class WorksTests
{
    private static readonly RaceOptions one = new(TimeSpan.Zero, TimeSpan.Zero, 1);

    public static TheoryData<string> Rows() => [.. Works.All(quick: true).Select(work => work.ToString())];

    [Theory, MemberData(nameof(Rows))]
    public void Ours_and_the_library_compute_the_same_numbers(string row)
    {
        var report = Run(Works.All(quick: true).Single(work => work.ToString() == row), python: false);
        Assert.True(report.Rows[0].Difference < 1e-5, $"They differ by {report.Rows[0].Difference}.");
        string[] forms = row.Split(' ')[0] switch
        {
            "UNet" => ["readable"],
            "LinearAssignment" or "HungarianMatcher" => ["kernel"],
            _ => ["kernel", "readable"],
        };
        Assert.Equal(forms, report.Rows.Select(r => r.Form));
        Assert.Equal(report.Rows.Select((_, i) => i == 0), report.Rows.Select(r => r.RunsByItself));
        Assert.Null(report.Rows[0].Python);
    }

    [Theory, MemberData(nameof(Rows))]
    public void Python_computes_the_same_numbers(string row)
    {
        using (var peer = PythonPeer.Start().Peer)
            Assert.SkipWhen(peer is null, "There is no Python with torch.");
        var report = Run(Works.All(quick: true).Single(work => work.ToString() == row), python: true);
        Assert.Null(report.WithoutPython);
        Assert.Contains("torch", report.Machine.Python, StringComparison.Ordinal);
        Assert.True(report.Rows[0].Python!.Minimum > 0 && report.Rows[0].ToPython!.Minimum > 0);
        Assert.True(report.Rows[0].Difference < 1e-5, $"They differ by {report.Rows[0].Difference}.");
    }

    [Theory]
    [InlineData(1.001, 0)]                                // value and gradient
    [InlineData(1, 0.001)]                                // value alone
    [InlineData(double.NaN, 0)]
    public void Contenders_that_compute_different_numbers_are_not_raced(double factor, double offset)
    {
        var wrong = Work.Of(
            new LogSoftmaxSpec(), "2 x 3", new LogitsCase { Shape = new([2, 3]), Dim = 1, Seed = 1 },
            x => F.log_softmax(x[0], 1) * factor + offset, "a wrong library");
        var refused = Assert.Throws<DifferentNumbersException>(() => Run(wrong, python: false));
        Assert.Contains("LogSoftmax 2 x 3: The kit's op and a wrong library differ in the value", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_alone_that_differs_is_noticed()
    {
        var wrong = Work.Of(
            new LogSoftmaxSpec(), "2 x 3", new LogitsCase { Shape = new([2, 3]), Dim = 1, Seed = 1 },
            x => F.log_softmax(x[0], 1).detach() + 0 * x[0], "a library without gradient");
        Assert.Contains("in a gradient", Assert.Throws<DifferentNumbersException>(() => Run(wrong, python: false)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cross-entropy", "CrossEntropy")]
    [InlineData("LOGSOFT", "LogSoftmax")]
    public void Rows_are_found_by_a_part_of_their_name(string name, string op)
    {
        var rows = Works.Named([name]);
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal(op, row.Op));
    }

    [Fact]
    public void A_name_of_no_row_is_answered_with_those_there_are()
    {
        var unknown = Assert.Throws<ArgumentException>(() => Works.Named(["xyzzy"]));
        Assert.Contains("no row named 'xyzzy'. There are: CrossEntropy, LogSoftmax", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Python_that_is_not_there_is_left_out_with_advice()
    {
        var (peer, problem) = PythonPeer.Start("/no/such/python");
        Assert.Null(peer);
        Assert.Contains("pip install torch", problem, StringComparison.Ordinal);
    }

    private static BenchReport Run(Work work, bool python) => new BenchRun([work], [1], one) { WithPython = python }.Run();
}

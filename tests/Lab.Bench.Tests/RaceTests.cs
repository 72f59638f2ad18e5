using static TorchSharp.torch;

namespace Lab.Bench.Tests;

public sealed class RaceTests
{
    [Fact]
    public void Contenders_take_turns_and_each_is_first_as_often()
    {
        var order = new List<string>();
        Runner[] runners = [new("a", order), new("b", order), new("c", order)];
        var samples = Race.Run(runners, 2, new(TimeSpan.Zero, TimeSpan.Zero, 6), _ => { }, CancellationToken.None);
        Assert.Equal("abc", string.Concat(order.Take(3)));                                     // warm-up
        Assert.Equal("abcbcacababcbcacab", string.Concat(order.Skip(3)));
        Assert.All(samples, laps => Assert.Equal(6, laps.Count));
        Assert.All(runners, runner => Assert.Equal(2, runner.Threads));
    }

    [Fact]
    public void Warm_up_and_race_last_as_long_as_asked()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var samples = Race.Run(
            [new Runner("a", [])], 1, new(TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(60), 1), _ => { }, CancellationToken.None);
        Assert.True(clock.ElapsedMilliseconds >= 120);
        Assert.True(samples[0].Count > 1);
    }

    [Fact]
    public void A_race_can_be_stopped() => Assert.Throws<OperationCanceledException>(() =>
        Race.Run([new Runner("a", [])], 1, RaceOptions.Careful, _ => { }, new CancellationToken(canceled: true)));

    [Fact]
    public void Short_laps_are_put_together_until_a_clock_can_tell()
    {
        var runner = new Runner("a", []) { Seconds = 0.0001 };
        Race.Run([runner], 1, new(TimeSpan.Zero, TimeSpan.Zero, 1), _ => { }, CancellationToken.None);
        Assert.Equal(20, runner.LastCount);
    }

    [Fact]
    public void Minimum_and_median_are_those_of_whole_laps()
    {
        var timing = Timing.Of([new(4, 1), new(1, 3), new(2, 7), new(10, 10)]);
        Assert.Equal(new(4000, 7000, 1000, 1000, 4), timing);
    }

    [Fact]
    public void A_report_survives_its_file()
    {
        var report = new BenchReport(
            new("Linux", "a processor", 2, 512, "10.0", "2.10", null),
            [new("CrossEntropy", "kernel", "4 x 5", 1, new(2, 3, 1, 1, 9), new(4, 4, 2, 2, 9), null) { Difference = 1e-7 }])
        {
            Ended = new(2025, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            WithoutPython = "there is none",
        };
        var read = BenchReport.FromJson(report.ToJson())!;
        Assert.Equal(report.Rows, read.Rows);
        Assert.Equal(report.Starts, read.Starts);
        Assert.Equal(report with { Rows = read.Rows, Starts = read.Starts }, read);
        Assert.Equal(new(0.5, 0.75, 0.5, 0.5), read.Rows[0].ToLibrary);
        Assert.Contains("\"toLibrary\"", report.ToJson(), StringComparison.Ordinal);
    }

    private sealed class Runner(string name, List<string> order) : IContender
    {
        public double Seconds { get; init; } = 1;

        public int Threads { get; private set; }

        public int LastCount { get; private set; }

        public Tensor[] Compute() => [];

        public Lap Run(int threads, int count)
        {
            order.Add(name);
            (Threads, LastCount) = (threads, count);
            return new(Seconds / 2, Seconds / 2);
        }
    }
}

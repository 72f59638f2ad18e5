using System.Diagnostics;

namespace Lab.Bench;

/// <summary>How long a race takes.</summary>
/// <param name="WarmUp">How long each contender runs before it is timed. By time, not by count: clocks and caches settle by time.</param>
/// <param name="Duration">How long the timed rounds go on.</param>
/// <param name="Rounds">How many timed rounds there are at least.</param>
public sealed record RaceOptions(TimeSpan WarmUp, TimeSpan Duration, int Rounds)
{
    /// <summary>For numbers to publish.</summary>
    public static RaceOptions Careful { get; } = new(TimeSpan.FromSeconds(0.6), TimeSpan.FromSeconds(4), 20);

    /// <summary>Shows that everything works, and little about speed.</summary>
    public static RaceOptions Quick { get; } = new(TimeSpan.FromSeconds(0.02), TimeSpan.FromSeconds(0.05), 3);
}

/// <summary>
/// Times contenders in turns, one sample each a round, so that a change of the machine's mood meets all of them; who is first
/// changes from round to round, since who comes after another finds that one's data in the cache.
/// </summary>
internal static class Race
{
    /// <summary>A sample shorter than this is mostly clock: several laps make one.</summary>
    private const double LeastSample = 0.002;

    /// <param name="contenders">The versions to time.</param>
    /// <param name="threads">How many threads each may use.</param>
    /// <param name="options">How long.</param>
    /// <param name="progress">Is told the share that is done.</param>
    /// <param name="cancel">Ends the race between two samples.</param>
    /// <returns>Each contender's samples.</returns>
    public static IReadOnlyList<IReadOnlyList<Lap>> Run(
        IReadOnlyList<IContender> contenders, int threads, RaceOptions options, Action<double> progress, CancellationToken cancel)
    {
        var total = options.WarmUp * contenders.Count + options.Duration;
        var clock = Stopwatch.StartNew();
        var laps = contenders.Select(contender => WarmUp(contender, threads, options.WarmUp, cancel)).ToArray();

        var samples = contenders.Select(_ => new List<Lap>()).ToArray();
        var timed = Stopwatch.StartNew();
        for (var round = 0; round < options.Rounds || timed.Elapsed < options.Duration; round++)
        {
            for (var turn = 0; turn < contenders.Count; turn++)
            {
                cancel.ThrowIfCancellationRequested();
                var who = (round + turn) % contenders.Count;
                samples[who].Add(contenders[who].Run(threads, laps[who]));
            }
            progress(Math.Min(clock.Elapsed / total, (round + 1.0) / options.Rounds));
        }
        return samples;
    }

    /// <summary>Runs for a while, and answers how many laps make a sample that a clock can tell.</summary>
    private static int WarmUp(IContender contender, int threads, TimeSpan time, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var fastest = double.PositiveInfinity;
        do
        {
            cancel.ThrowIfCancellationRequested();
            fastest = Math.Min(fastest, contender.Run(threads, 1).Total);
        }
        while (clock.Elapsed < time);
        return (int)Math.Clamp(Math.Ceiling(LeastSample / fastest), 1, 10_000);
    }
}

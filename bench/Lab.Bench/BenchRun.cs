using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>Races that are not fair are not run: the contenders must compute the same numbers first.</summary>
public sealed class DifferentNumbersException(string message) : Exception(message);

/// <summary>Runs the bench.</summary>
/// <param name="Works">The rows.</param>
/// <param name="Threads">The numbers of threads, each a row of its own.</param>
/// <param name="Options">How long each race takes.</param>
public sealed record BenchRun(IReadOnlyList<Work> Works, IReadOnlyList<int> Threads, RaceOptions Options)
{
    /// <summary>Whether to look for a Python with torch.</summary>
    public bool WithPython { get; init; } = true;

    /// <summary>Is told the number of rows done, and what is at work.</summary>
    public Action<double, string> Progress { get; init; } = (_, _) => { };

    /// <summary>Runs all races.</summary>
    /// <exception cref="DifferentNumbersException">Two contenders do not compute the same.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public BenchReport Run(CancellationToken cancel = default)
    {
        var threadsBefore = get_num_threads();
        var (peer, problem) = WithPython ? PythonPeer.Start() : (null, "it was not asked for.");
        using (peer)
        {
            var folder = Directory.CreateTempSubdirectory("lab-bench-").FullName;
            try
            {
                var rows = Works.SelectMany((work, i) => Rows(work, i, peer, folder, cancel)).ToList();
                return new(Machine.This(peer is null ? null : $"Python {peer.Python} with torch {peer.Torch}"), rows)
                {
                    Ended = DateTime.UtcNow,
                    WithoutPython = problem,
                };
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
                set_num_threads(threadsBefore);
            }
        }
    }

    private List<BenchRow> Rows(Work work, int index, PythonPeer? peer, string folder, CancellationToken cancel)
    {
        Progress(index * Threads.Count, $"{work}: the same numbers?");
        using var scope = NewDisposeScope();
        var inputs = work.Draw();
        List<(string Name, IContender Contender)> contenders =
        [
            .. work.Forms.Select((form, i) => (i == 0 ? "The kit's op" : $"its {form.Name} form", (IContender)new LocalContender(form.Op, inputs))),
            (work.LibraryName, new LocalContender(work.Library, inputs)),
        ];
        if (peer is not null)
            contenders.Add(("Python", peer.Open(work, inputs, folder)));
        var difference = Difference(work, contenders);

        var rows = new List<BenchRow>();
        foreach (var threads in Threads)
        {
            var done = index * Threads.Count + rows.Count / work.Forms.Count;
            var what = $"{work}, {(threads == 1 ? "1 thread" : $"{threads} threads")}";
            Progress(done, what);
            var options = Options with { Rounds = Math.Min(Options.Rounds, work.Rounds) };
            var laps = Race.Run([.. contenders.Select(c => c.Contender)], threads, options, share => Progress(done + share, what), cancel);
            var (library, python) = (Timing.Of(laps[work.Forms.Count]), peer is null ? null : Timing.Of(laps[^1]));
            rows.AddRange(work.Forms.Select((form, i) => new BenchRow(work.Op, form.Name, work.Size, threads, Timing.Of(laps[i]), library, python)
            {
                Difference = difference,
                RunsByItself = i == 0,
            }));
        }
        return rows;
    }

    private static double Difference(Work work, List<(string Name, IContender Contender)> contenders)
    {
        using var scope = NewDisposeScope();
        var first = Numbers(contenders[0].Contender);
        var greatest = 0.0;
        foreach (var (name, contender) in contenders.Skip(1))
        {
            var other = Numbers(contender);
            for (var i = 0; i < first.Length; i++)
            {
                var largest = Math.Max(1, first[i].abs().nan_to_num(posinf: 0).max().ToDouble());
                var apart = where(first[i] == other[i], 0, (first[i] - other[i]).abs());     // ∞ is ∞
                var difference = apart.max().ToDouble() / largest;
                if (!(difference <= work.MostDifference))
                {
                    throw new DifferentNumbersException(
                        $"{work}: {contenders[0].Name} and {name} differ in {(i == 0 ? "the value" : "a gradient")}, by {difference:g3} of the largest number; "
                        + "a race between them would mean nothing.");
                }
                greatest = Math.Max(greatest, difference);
            }
        }
        return greatest;

        Tensor[] Numbers(IContender contender) => contender.Compute() is [var value, .. var gradients] ? [work.Compared(value), .. gradients] : [];
    }
}

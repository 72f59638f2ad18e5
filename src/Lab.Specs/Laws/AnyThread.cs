using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>Calls share nothing: not between threads, and not with a scope that need not be there.</summary>
internal static class AnyThread
{
    private const int Threads = 3;

    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "threads do not see each other",
        "Called from three threads at once, outside any scope, the op gives what it gives alone, and the result lives on.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            var expected = spec.Values(op, @case, arguments);
            var (results, thrown) = (new Tensor[Threads][], new Exception?[Threads]);
            var threads = Enumerable.Range(0, Threads).Select(i => new Thread(() =>
            {
                try
                {
                    results[i] = spec.Values(op, @case, arguments);
                }
#pragma warning disable CA1031 // It is told below, on the thread that asked.
                catch (Exception problem)
#pragma warning restore CA1031
                {
                    thrown[i] = problem;
                }
            })
            { IsBackground = true }).ToArray();
            Array.ForEach(threads, t => t.Start());
            Array.ForEach(threads, t => t.Join());
            try
            {
                if (thrown.FirstOrDefault(e => e is not null) is { } first)
                    return Verdict.Fails($"On a thread of its own the op threw {first.GetType().Name}: {first.Message}");
                if (results.Any(r => r.Any(t => t.IsInvalid)))
                    return Verdict.Fails("Called outside any scope, the op gave a tensor that was already disposed.");
                return results.Aggregate(Verdict.Holds, (verdict, result) =>
                    verdict.Then(() => Outputs.Same(result, expected, spec.Tolerance)));
            }
            finally
            {
                foreach (var tensor in results.Where(r => r is not null).SelectMany(r => r))
                    if (!arguments.Any(a => ReferenceEquals(a.Value, tensor)))
                        tensor.Dispose();                 // made on other threads: no scope of this one holds them
            }
        })
        { Cases = 5 };
}

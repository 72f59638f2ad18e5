using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>log Z of chains, less the score of their right paths where these are given, and the gradient: the fused form.</summary>
internal static unsafe class ChainLikelihood
{
    private const long ManySteps = 1 << 17;                               // below, a second thread costs more than it does
    private const double ExpDomain = 0, LogDomain = 1, Nowhere = 2;       // how a chain's gradient is found; nowhere: its right path is forbidden

    /// <summary>The value; and what the gradient wants to see again, where one will be asked for.</summary>
    public static (Tensor Losses, Tensor? State) Forward(
        Tensor emissions, Tensor transitions, Tensor start, Tensor end, Tensor? mask, Tensor? tags, bool save) =>
        emissions.dtype == ScalarType.Float32
            ? Forward<float>(emissions, transitions, start, end, mask, tags, save)
            : Forward<double>(emissions, transitions, start, end, mask, tags, save);

    /// <summary>The gradients in emissions, transitions, start and end; writes on nothing that was saved.</summary>
    public static Tensor[] Backward(
        Tensor upstream, Tensor emissions, Tensor transitions, Tensor start, Tensor end, Tensor? mask, Tensor? tags, Tensor state) =>
        emissions.dtype == ScalarType.Float32
            ? Backward<float>(upstream, emissions, transitions, start, end, mask, tags, state)
            : Backward<double>(upstream, emissions, transitions, start, end, mask, tags, state);

    private static (Tensor Losses, Tensor? State) Forward<T>(
        Tensor emissions, Tensor transitions, Tensor start, Tensor end, Tensor? mask, Tensor? tags, bool save)
        where T : unmanaged
    {
        var problem = new ChainProblem<T>(emissions, transitions, start, end, mask, tags);
        var tables = Tables(problem);
        var (rows, stride) = (problem.Length * tables.Width, State.Stride(problem.Length, tables.Width));
        var result = empty([problem.Batch], emissions.dtype);
        var kept = save ? empty([problem.Batch, stride], ScalarType.Float64) : null;
        var (losses, state) = ((nint)Memory.Of<T>(result), kept is null ? 0 : (nint)Memory.Of<double>(kept));
        Memory.ForEachRun(problem.Batch, Steps(problem) >= ManySteps, (_, first, after) =>
        {
            var together = Together(tables, after - first);
            var (places, walks) = (new int[together][], new ChainWalk[together]);
            var scratch = state == 0 ? new double[together * stride] : [];
            fixed (double* room = scratch, onward = tables.Onward)
            {
                for (var chain = first; chain < after; chain += together)
                {
                    var group = walks.AsSpan(0, (int)Math.Min(together, after - chain));
                    for (var g = 0; g < group.Length; g++)
                    {
                        var own = new State(state == 0 ? room + g * stride : (double*)state + (chain + g) * stride, rows);
                        places[g] = problem.Places(chain + g);
                        group[g] = new ChainWalk { Count = places[g].Length, Alphas = own.Alphas, Weights = own.Weights };
                        if (!tables.IsUsable || !ChainPass.Weigh(problem, tables, chain + g, places[g], ref group[g]))
                            (group[g].Count, group[g].LogPartition) = (0, double.NaN);
                    }
                    ChainPass.Forward(tables, group, onward);
                    for (var g = 0; g < group.Length; g++)
                    {
                        var own = new State(group[g].Alphas, rows);
                        var score = problem.Gold is null ? 0 : problem.GoldScore(chain + g, places[g]);
                        var logPartition = places[g].Length == 0 ? 0 : group[g].LogPartition;
                        *own.Way = double.IsNegativeInfinity(score) ? Nowhere : double.IsNaN(logPartition) ? LogDomain : ExpDomain;
                        if (double.IsNaN(logPartition))
                            logPartition = new LogPass<T>(problem, tables, chain + g, places[g]).LogPartition;
                        ChainProblem<T>.Write((T*)losses + chain + g, double.IsNegativeInfinity(score) ? double.PositiveInfinity : logPartition - score);
                    }
                }
            }
        });
        problem.KeepAlive();
        GC.KeepAlive(kept);
        return (result, kept);
    }

    private static int Together(ChainTables tables, long chains) =>
        (int)Math.Clamp(tables.Width <= 16 ? ChainWalk.Together : 1, 1, Math.Max(1, chains));

    private static Tensor[] Backward<T>(
        Tensor upstream, Tensor emissions, Tensor transitions, Tensor start, Tensor end, Tensor? mask, Tensor? tags, Tensor saved)
        where T : unmanaged
    {
        var problem = new ChainProblem<T>(emissions, transitions, start, end, mask, tags);
        var tables = Tables(problem);
        var (rows, stride) = (problem.Length * tables.Width, State.Stride(problem.Length, tables.Width));
        Tensor[] results = [mask is null ? empty_like(emissions) : zeros_like(emissions), empty_like(transitions), empty_like(start), empty_like(end)];
        var (above, inEmissions, state) = ((nint)Memory.Of<T>(upstream), (nint)Memory.Of<T>(results[0]), (nint)Memory.Of<double>(saved));
        var worthwhile = Steps(problem) >= ManySteps;
        var sums = new ChainSums[Memory.Runs(problem.Batch, worthwhile)];
        Memory.ForEachRun(problem.Batch, worthwhile, (run, first, after) =>
        {
            var sum = sums[run] = new ChainSums(tables);
            var together = Together(tables, after - first);
            var (places, walks) = (new int[together][], new ChainWalk[together]);
            var (beta, probabilities) = (new double[2 * together * tables.Width], new double[together * rows]);
            fixed (double* b = beta, p = probabilities, back = tables.Back, steps = sum.Steps)
            {
                for (var chain = first; chain < after; chain += together)
                {
                    var group = walks.AsSpan(0, (int)Math.Min(together, after - chain));
                    for (var g = 0; g < group.Length; g++)
                    {
                        var own = new State((double*)state + (chain + g) * stride, rows);
                        places[g] = problem.Places(chain + g);
                        group[g] = new ChainWalk
                        {
                            Count = *own.Way == ExpDomain ? places[g].Length : 0,
                            Alphas = own.Alphas,
                            Weights = own.Weights,
                            Beta = b + 2 * g * tables.Width,
                            Probabilities = p + g * rows,
                            Upstream = ChainProblem<T>.Read((T*)above + chain + g),
                        };
                    }
                    ChainPass.Backward(tables, group, back, steps);
                    for (var g = 0; g < group.Length; g++)
                    {
                        if (places[g].Length == 0)
                            continue;
                        var own = new State(group[g].Alphas, rows);
                        var found = group[g].Probabilities;
                        if (*own.Way == Nowhere)
                            new Span<double>(found, places[g].Length * tables.Width).Clear();
                        else if (*own.Way == LogDomain)
                            new LogPass<T>(problem, tables, chain + g, places[g]).Backward(group[g].Upstream, sum.Transitions, found);
                        if (problem.Gold is not null && *own.Way != Nowhere)
                            sum.TakeGold(problem, chain + g, places[g], group[g].Upstream, found);
                        sum.AddEnds(found, places[g].Length);
                        WriteEmissions(problem, chain + g, places[g], (T*)inEmissions, found, tables.Width);
                    }
                }
            }
        });
        ChainSums.Write(sums, tables, Memory.Of<T>(results[1]), Memory.Of<T>(results[2]), Memory.Of<T>(results[3]));
        problem.KeepAlive();
        GC.KeepAlive((upstream, saved, results));
        return results;
    }

    private static void WriteEmissions<T>(
        ChainProblem<T> problem, long chain, ReadOnlySpan<int> places, T* gradient, double* probabilities, int width)
        where T : unmanaged
    {
        for (var n = 0; n < places.Length; n++)
        {
            var row = gradient + (chain * problem.Length + places[n]) * problem.Tags;
            for (var j = 0; j < problem.Tags; j++)
                ChainProblem<T>.Write(row + j, probabilities[n * width + j]);
        }
    }

    private static ChainTables Tables<T>(ChainProblem<T> problem)
        where T : unmanaged =>
        new(problem.Tags, Wide(problem.Transitions, problem.Tags * problem.Tags), Wide(problem.Start, problem.Tags), Wide(problem.End, problem.Tags));

    private static double[] Wide<T>(T* scores, int count)
        where T : unmanaged
    {
        var wide = new double[count];
        for (var i = 0; i < count; i++)
            wide[i] = ChainProblem<T>.Read(scores + i);
        return wide;
    }

    private static long Steps<T>(ChainProblem<T> problem)
        where T : unmanaged => problem.Batch * problem.Length * problem.Tags * problem.Tags;

    /// <summary>A chain's part of the saved numbers: its α, its weights, and which way its gradient goes.</summary>
    private readonly struct State(double* room, int rows)
    {
        public double* Alphas => room;

        public double* Weights => room + rows;

        public double* Way => room + 2 * rows;

        public static long Stride(int length, int width) => 2L * length * width + 1;
    }
}

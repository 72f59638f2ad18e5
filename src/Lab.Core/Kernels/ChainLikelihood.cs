using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>log Z of chains, less the score of their right paths where these are given, and the gradient: the fused form.</summary>
internal static unsafe class ChainLikelihood
{
    private const long ManySteps = 1 << 17;                               // below, a second thread costs more than it does

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
            var places = new int[problem.Length];
            var maxima = new double[problem.Length];
            var scratch = state == 0 ? new double[stride] : [];
            fixed (double* room = scratch, max = maxima, onward = tables.Onward)
            {
                for (var chain = first; chain < after; chain++)
                {
                    var own = new State(state == 0 ? room : (double*)state + chain * stride, rows);
                    var valid = places.AsSpan(0, problem.Places(chain, places));
                    var logPartition = LogPartition(problem, tables, chain, valid, own, max, onward);
                    var score = problem.Gold is null ? 0 : problem.GoldScore(chain, valid);
                    ChainProblem<T>.Write((T*)losses + chain, double.IsNegativeInfinity(score) ? double.PositiveInfinity : logPartition - score);
                }
            }
        });
        problem.KeepAlive();
        GC.KeepAlive(kept);
        return (result, kept);
    }

    private static double LogPartition<T>(
        ChainProblem<T> problem, ChainTables tables, long chain, ReadOnlySpan<int> places, State state, double* maxima, double* onward)
        where T : unmanaged
    {
        *state.InLogDomain = 0;
        if (places.Length == 0)
            return 0;
        var logPartition = double.NaN;
        if (tables.IsUsable && ChainPass.Weigh(problem, tables, chain, places, state.Weights, maxima, out var forbids))
            logPartition = ChainPass.Forward(tables, places.Length, state.Weights, maxima, state.Alphas, onward, forbids);
        if (!double.IsNaN(logPartition))
            return logPartition;
        *state.InLogDomain = 1;
        return new LogPass<T>(problem, tables, chain, places).LogPartition;
    }

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
            var places = new int[problem.Length];
            var (beta, probabilities) = (new double[2 * tables.Width], new double[rows]);
            fixed (double* b = beta, p = probabilities, back = tables.Back, steps = sum.Steps)
            {
                for (var chain = first; chain < after; chain++)
                {
                    var own = new State((double*)state + chain * stride, rows);
                    var valid = places.AsSpan(0, problem.Places(chain, places));
                    var factor = ChainProblem<T>.Read((T*)above + chain);
                    if (valid.Length == 0)
                        continue;
                    var forbidden = problem.Gold is not null && double.IsNegativeInfinity(problem.GoldScore(chain, valid));
                    if (forbidden)
                        new Span<double>(p, valid.Length * tables.Width).Clear();
                    else if (*own.InLogDomain == 0)
                        ChainPass.Backward(tables, valid.Length, own.Weights, own.Alphas, back, b, factor, steps, p);
                    else
                        new LogPass<T>(problem, tables, chain, valid).Backward(factor, sum.Transitions, p);
                    if (problem.Gold is not null && !forbidden)
                        sum.TakeGold(problem, chain, valid, factor, p);
                    sum.AddEnds(p, valid.Length);
                    WriteEmissions(problem, chain, valid, (T*)inEmissions, p, tables.Width);
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

    /// <summary>A chain's part of the saved numbers: its α, its weights, and whether they hold.</summary>
    private readonly struct State(double* room, int rows)
    {
        public double* Alphas => room;

        public double* Weights => room + rows;

        public double* InLogDomain => room + 2 * rows;

        public static long Stride(int length, int width) => 2L * length * width + 1;
    }
}

using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>log Z of chains, less the score of their right paths where these are given, and the gradient: the fused form.</summary>
/// <remarks>
/// The gradient is found on the way forward, while a chain's numbers are near: to keep it takes a fraction of the memory that
/// would let it be found later. <see cref="ChainGradient"/> scales it by what comes from above.
/// </remarks>
internal static unsafe class ChainLikelihood
{
    private const long ManySteps = 1 << 17;                               // below, a second thread costs more than it does

    /// <summary>The value; and the gradient of each chain's, where it will be asked for.</summary>
    public static (Tensor Losses, ChainGradient? Gradient) Run(ChainInputs inputs, bool withGradient) =>
        inputs.Emissions.dtype == ScalarType.Float32 ? Run<float>(inputs, withGradient) : Run<double>(inputs, withGradient);

    private static (Tensor Losses, ChainGradient? Gradient) Run<T>(ChainInputs inputs, bool withGradient)
        where T : unmanaged
    {
        var problem = new ChainProblem<T>(inputs);
        using var tables = Tables(problem);
        var losses = empty([problem.Batch], inputs.Emissions.dtype);
        var gradient = withGradient ? ChainGradient.Empty(inputs) : null;
        var (value, inEmissions, steps) = gradient is null
            ? ((nint)Memory.Of<T>(losses), 0, 0)
            : ((nint)Memory.Of<T>(losses), (nint)Memory.Of<T>(gradient.Emissions), (nint)Memory.Of<T>(gradient.Transitions));
        var many = problem.Batch * problem.Length * problem.Tags * problem.Tags >= ManySteps;
        Memory.ForEachRun(problem.Batch, many, (_, first, after) =>
        {
            var together = (int)Math.Clamp(tables.Width <= 16 ? ChainWalk.Together : 1, 1, Math.Max(1, after - first));
            var walks = new ChainWalk[together];
            using var room = Room(problem, tables, walks);
            var counts = room.Take<double>(ChainCounts.Room(tables));
            var logs = new LogPass<T>?[together];
            for (var chain = first; chain < after; chain += together)
            {
                var group = walks.AsSpan(0, (int)Math.Min(together, after - chain));
                Forward(problem, tables, chain, group, logs);
                for (var g = 0; g < group.Length; g++)
                    ChainProblem<T>.Write((T*)value + chain + g, Loss(problem, ref group[g]));
                if (inEmissions == 0)
                    continue;
                ChainPass.Backward(problem, tables, group, (T*)inEmissions);
                for (var g = 0; g < group.Length; g++)
                    Finish(problem, tables, group[g], logs[g], counts, (T*)inEmissions, (T*)steps + (chain + g) * problem.Tags * problem.Tags);
            }
        });
        problem.KeepAlive();
        GC.KeepAlive((losses, gradient));
        return (losses, gradient);
    }

    private static ChainRoom Room<T>(ChainProblem<T> problem, ChainTables tables, Span<ChainWalk> walks)
        where T : unmanaged
    {
        var rows = (long)problem.Length * tables.Width;
        var each = 2 * ChainRoom.Bytes<double>(rows) + ChainRoom.Bytes<double>(tables.Width) + ChainRoom.Bytes<int>(problem.Length);
        var room = new ChainRoom(walks.Length * each + ChainRoom.Bytes<double>(ChainCounts.Room(tables)));
        foreach (ref var walk in walks)
        {
            walk.Alphas = room.Take<double>(rows);
            walk.Weights = room.Take<double>(rows);
            walk.Beta = room.Take<double>(tables.Width);
            walk.Places = room.Take<int>(problem.Length);
        }
        return room;
    }

    private static void Forward<T>(ChainProblem<T> problem, ChainTables tables, long first, Span<ChainWalk> group, LogPass<T>?[] logs)
        where T : unmanaged
    {
        for (var g = 0; g < group.Length; g++)
        {
            ref var walk = ref group[g];
            (walk.Chain, walk.GoldIsForbidden) = (first + g, false);
            walk.Valid = walk.Count = problem.Places(walk.Chain, walk.Places);
            if (walk.Valid > 0 && !(tables.IsUsable && ChainPass.Weigh(problem, tables, ref walk)))
                (walk.Count, walk.LogPartition) = (0, double.NaN);
        }
        ChainPass.Forward(tables, group);
        for (var g = 0; g < group.Length; g++)
        {
            ref var walk = ref group[g];
            logs[g] = null;
            if (walk.Valid == 0)
                walk.LogPartition = 0;
            else if (double.IsNaN(walk.LogPartition))
            {
                logs[g] = new LogPass<T>(problem, tables, walk);
                (walk.Count, walk.LogPartition) = (0, logs[g]!.LogPartition);
            }
        }
    }

    /// <summary>∞ where the right path is forbidden: nothing can be learned there, and the chain's gradient is 0.</summary>
    private static double Loss<T>(ChainProblem<T> problem, ref ChainWalk walk)
        where T : unmanaged
    {
        if (problem.Gold == null)
            return walk.LogPartition;
        var score = problem.GoldScore(walk);
        if (!double.IsNegativeInfinity(score))
            return walk.LogPartition - score;
        (walk.Count, walk.GoldIsForbidden) = (0, true);
        return double.PositiveInfinity;
    }

    /// <summary>What <see cref="ChainPass.Backward"/> leaves to be done for a chain.</summary>
    private static void Finish<T>(
        ChainProblem<T> problem, ChainTables tables, in ChainWalk walk, LogPass<T>? log, double* counts, T* inEmissions, T* steps)
        where T : unmanaged
    {
        var width = tables.Width;
        if (walk.Valid == 0 || walk.GoldIsForbidden)
        {
            for (var n = 0; n < walk.Valid; n++)
                new Span<T>(inEmissions + (walk.Chain * problem.Length + walk.Places[n]) * problem.Tags, problem.Tags).Clear();
            new Span<T>(steps, problem.Tags * problem.Tags).Clear();
            return;
        }
        if (log is not null)
        {
            log.Backward(walk.Weights, counts);
            for (var n = 0; n < walk.Valid; n++)
            {
                var place = walk.Chain * problem.Length + walk.Places[n];
                var row = walk.Weights + (long)n * width;
                if (problem.Gold != null)
                    row[problem.Gold[place]]--;
                Write(row, inEmissions + place * problem.Tags, problem.Tags);
            }
        }
        else
        {
            ChainCounts.OfPass(tables, walk, counts);
        }
        if (problem.Gold != null)
            ChainCounts.TakeGold(problem, tables, walk, counts);
        for (var i = 0; i < problem.Tags; i++)
            Write(counts + (long)i * width, steps + (long)i * problem.Tags, problem.Tags);
    }

    private static void Write<T>(double* numbers, T* to, int count)
        where T : unmanaged
    {
        for (var j = 0; j < count; j += Vector512<double>.Count)
            ChainProblem<T>.Write(to + j, Vector512.Load(numbers + j), count - j);
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
}

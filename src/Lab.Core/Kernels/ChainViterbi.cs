using System.Numerics;
using System.Runtime.Intrinsics;
using Lab.Core.Sequences;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>
/// Viterbi as a loop over memory. Only maxima are kept on the way; which tag made one is found on the way back, for the K tags
/// of one place instead of K². The additions are those of the readable form, so that ties fall alike.
/// </summary>
internal static unsafe class ChainViterbi
{
    private const long ManySteps = 1 << 17;
    private const long Near = 1 << 19;                                    // bytes: chains go hand in hand while they fit a core's own cache

    public static (Tensor Tags, Tensor Scores) Run(Tensor emissions, Tensor transitions, Tensor? start, Tensor? end, Tensor? mask)
    {
        var none = start is null || end is null ? zeros([emissions.size(2)], emissions.dtype) : null;
        Tensor[] scores = [emissions.contiguous(), transitions.contiguous(), (start ?? none!).contiguous(), (end ?? none!).contiguous()];
        var result = emissions.dtype == ScalarType.Float32
            ? Run<float>(scores, mask?.contiguous())
            : Run<double>(scores, mask?.contiguous());
        GC.KeepAlive((emissions, transitions, start, end, mask));
        return result;
    }

    private static (Tensor Tags, Tensor Scores) Run<T>(Tensor[] scores, Tensor? mask)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var problem = new ChainProblem<T>(new(scores[0], scores[1], scores[2], scores[3], mask, null));
        var width = (problem.Tags + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;
        using var tables = new ChainRoom(2 * ChainRoom.Bytes<T>((long)problem.Tags * width));
        var (table, arrivals) = ((nint)Padded(problem, width, turn: false, tables), (nint)Padded(problem, width, turn: true, tables));
        var tags = full([problem.Batch, problem.Length], Crf.PaddingTag, ScalarType.Int64);
        var best = empty([problem.Batch], scores[0].dtype);
        var (path, total) = ((nint)Memory.Of<long>(tags), (nint)Memory.Of<T>(best));
        var many = problem.Batch * problem.Length * problem.Tags * problem.Tags >= ManySteps;
        var rows = (long)problem.Length * width;
        Memory.ForEachRun(problem.Batch, many, (_, first, after) =>
        {
            var together = (int)Math.Clamp(Near / ChainRoom.Bytes<T>(rows), 1, Math.Clamp(after - first, 1, ChainWalk.Together));
            var group = new Chain[together];
            using var room = new ChainRoom(together * (ChainRoom.Bytes<T>(rows) + ChainRoom.Bytes<int>(problem.Length)));
            foreach (ref var chain in group.AsSpan())
            {
                chain.Beginnings = (nint)room.Take<T>(rows);
                chain.Places = room.Take<int>(problem.Length);
            }
            for (var next = first; next < after; next += together)
            {
                var chains = group.AsSpan(0, (int)Math.Min(together, after - next));
                for (var g = 0; g < chains.Length; g++)
                    chains[g].Valid = problem.Places(next + g, chains[g].Places);
                Forward(problem, next, chains, (T*)table, width);
                for (var g = 0; g < chains.Length; g++)
                    ((T*)total)[next + g] = End(problem, ref chains[g], width);
                Back(chains, (T*)arrivals, width, (long*)path + next * problem.Length, problem.Length);
            }
        });
        problem.KeepAlive();
        GC.KeepAlive((tags, best));
        return (tags, best);
    }

    /// <summary>Writes the best score of a beginning that ends in each tag, for each valid place; -∞ behind.</summary>
    private static void Forward<T>(ChainProblem<T> problem, long first, ReadOnlySpan<Chain> chains, T* table, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var n = 0; n < problem.Length; n++)
        {
            for (var g = 0; g < chains.Length; g++)
            {
                if (n >= chains[g].Valid)
                    continue;
                var score = (T*)chains[g].Beginnings + (long)n * width;
                var emissions = problem.EmissionsAt(first + g, chains[g].Places[n]);
                if (n > 0)
                {
                    Best(score - width, table, score, problem.Tags, width);
                    Add(problem, emissions, score);
                    continue;
                }
                new Span<T>(score, width).Fill(T.NegativeInfinity);
                for (var j = 0; j < problem.Tags; j++)
                    score[j] = problem.Start[j] + emissions[j];
            }
        }
    }

    /// <summary>The best score; notes the last tag of its path, -1 where there is none.</summary>
    private static T End<T>(ChainProblem<T> problem, ref Chain chain, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        chain.Tag = -1;
        if (chain.Valid == 0)
            return T.Zero;
        var ends = (T*)chain.Beginnings + (long)(chain.Valid - 1) * width;
        var best = T.NegativeInfinity;
        for (var j = 0; j < problem.Tags; j++)
        {
            var total = ends[j] + problem.End[j];
            if (total > best)
                (best, chain.Tag) = (total, j);
        }
        return best;
    }

    /// <summary><c>best[j] = maxᵢ (before[i] + table[i, j])</c>. Several maxima at once, so that none waits for the one before.</summary>
    private static void Best<T>(T* before, T* table, T* best, int rows, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (column, lanes, nothing) = (0, Vector512<T>.Count, Vector512.Create(T.NegativeInfinity));
        for (; column <= width - 4 * lanes; column += 4 * lanes)
        {
            var (a, b, c, d) = (nothing, nothing, nothing, nothing);
            var row = table + column;
            for (var i = 0; i < rows; i++, row += width)
            {
                var from = Vector512.Create(before[i]);
                a = Vector512.MaxNative(a, from + Vector512.Load(row));
                b = Vector512.MaxNative(b, from + Vector512.Load(row + lanes));
                c = Vector512.MaxNative(c, from + Vector512.Load(row + 2 * lanes));
                d = Vector512.MaxNative(d, from + Vector512.Load(row + 3 * lanes));
            }
            a.Store(best + column);
            b.Store(best + column + lanes);
            c.Store(best + column + 2 * lanes);
            d.Store(best + column + 3 * lanes);
        }
        for (; column <= width - 2 * lanes; column += 2 * lanes)
        {
            var (a, b, c, d) = (nothing, nothing, nothing, nothing);
            var (row, i) = ((nint)(table + column), 0);
            for (; i < rows - 1; i += 2, row += 2 * width * sizeof(T))
            {
                var (from, next) = (Vector512.Create(before[i]), Vector512.Create(before[i + 1]));
                a = Vector512.MaxNative(a, from + Vector512.Load((T*)row));
                b = Vector512.MaxNative(b, from + Vector512.Load((T*)row + lanes));
                c = Vector512.MaxNative(c, next + Vector512.Load((T*)row + width));
                d = Vector512.MaxNative(d, next + Vector512.Load((T*)row + width + lanes));
            }
            if (i < rows)
            {
                a = Vector512.MaxNative(a, Vector512.Create(before[i]) + Vector512.Load((T*)row));
                b = Vector512.MaxNative(b, Vector512.Create(before[i]) + Vector512.Load((T*)row + lanes));
            }
            Vector512.MaxNative(a, c).Store(best + column);
            Vector512.MaxNative(b, d).Store(best + column + lanes);
        }
        for (; column < width; column += lanes)
        {
            var (a, b, c, d) = (nothing, nothing, nothing, nothing);
            var row = table + column;
            var i = 0;
            for (; i < rows - 3; i += 4, row += 4 * width)
            {
                a = Vector512.MaxNative(a, Vector512.Create(before[i]) + Vector512.Load(row));
                b = Vector512.MaxNative(b, Vector512.Create(before[i + 1]) + Vector512.Load(row + width));
                c = Vector512.MaxNative(c, Vector512.Create(before[i + 2]) + Vector512.Load(row + 2 * width));
                d = Vector512.MaxNative(d, Vector512.Create(before[i + 3]) + Vector512.Load(row + 3 * width));
            }
            for (; i < rows; i++, row += width)
                a = Vector512.MaxNative(a, Vector512.Create(before[i]) + Vector512.Load(row));
            Vector512.MaxNative(Vector512.MaxNative(a, b), Vector512.MaxNative(c, d)).Store(best + column);
        }
    }

    /// <summary>Adds a place's emissions; behind the last tag -∞ stays. No memory past the last chain is read.</summary>
    private static void Add<T>(ChainProblem<T> problem, T* emissions, T* score)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (j, lanes) = (0, Vector512<T>.Count);
        for (; j <= problem.Tags - lanes; j += lanes)
            (Vector512.Load(score + j) + Vector512.Load(emissions + j)).Store(score + j);
        if (j < problem.Tags && emissions + j + lanes <= problem.EmissionsEnd)
        {
            var (before, used) = (Vector512.Load(score + j), Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(problem.Tags - j))));
            Vector512.ConditionalSelect(used, before + Vector512.Load(emissions + j), before).Store(score + j);
            return;
        }
        for (; j < problem.Tags; j++)
            score[j] += emissions[j];
    }

    private static void Back<T>(Span<Chain> chains, T* arrivals, int width, long* paths, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var n = length - 1; n >= 0; n--)
        {
            for (var g = 0; g < chains.Length; g++)
            {
                ref var chain = ref chains[g];
                if (n >= chain.Valid || chain.Tag < 0)
                    continue;
                if (n < chain.Valid - 1)
                    chain.Tag = FirstBest((T*)chain.Beginnings + (long)n * width, arrivals + chain.Tag * width, width);
                paths[g * length + chain.Places[n]] = chain.Tag;
            }
        }
    }

    /// <summary>The first i of the greatest <c>before[i] + arriving[i]</c>; 0 where none is greater than -∞.</summary>
    private static int FirstBest<T>(T* before, T* arriving, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lanes = Vector512<T>.Count;
        var greatest = Vector512.Create(T.NegativeInfinity);
        for (var i = 0; i < width; i += lanes)
            greatest = Vector512.MaxNative(greatest, Vector512.Load(before + i) + Vector512.Load(arriving + i));
        var half = Vector256.MaxNative(greatest.GetLower(), greatest.GetUpper());
        var quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        var best = quarter[0];
        for (var lane = 1; lane < Vector128<T>.Count; lane++)
            best = T.MaxNative(best, quarter[lane]);
        for (var i = 0; i < width; i += lanes)
        {
            var found = Vector512.Equals(Vector512.Load(before + i) + Vector512.Load(arriving + i), Vector512.Create(best)).ExtractMostSignificantBits();
            if (found != 0)
                return i + BitOperations.TrailingZeroCount(found);
        }
        return 0;
    }

    /// <summary>The transitions, or these turned, with -∞ after each row, to whole vectors.</summary>
    private static T* Padded<T>(ChainProblem<T> problem, int width, bool turn, ChainRoom room)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var padded = room.Take<T>((long)problem.Tags * width);
        for (var i = 0; i < problem.Tags; i++)
            for (var j = 0; j < width; j++)
                padded[(long)i * width + j] = j >= problem.Tags ? T.NegativeInfinity : problem.Transitions[turn ? j * problem.Tags + i : i * problem.Tags + j];
        return padded;
    }

    private struct Chain
    {
        public int* Places;
        public int Valid;
        public nint Beginnings;
        public int Tag;
    }
}

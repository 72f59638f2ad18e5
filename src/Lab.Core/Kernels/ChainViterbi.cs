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
        var problem = new ChainProblem<T>(scores[0], scores[1], scores[2], scores[3], mask, tags: null);
        var width = (problem.Tags + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;
        var (padded, turned) = (Padded(problem, width, turn: false), Padded(problem, width, turn: true));
        var tags = full([problem.Batch, problem.Length], Crf.PaddingTag, ScalarType.Int64);
        var best = empty([problem.Batch], scores[0].dtype);
        var (path, total) = ((nint)Memory.Of<long>(tags), (nint)Memory.Of<T>(best));
        var many = problem.Batch * problem.Length * problem.Tags * problem.Tags >= ManySteps;
        Memory.ForEachRun(problem.Batch, many, (_, first, after) =>
        {
            var together = (int)Math.Min(width == Vector512<T>.Count ? ChainWalk.Together : 1, after - first);
            var group = new Chain[together];
            var room = new T[together * problem.Length * width];
            fixed (T* table = padded, arrivals = turned, beginnings = room)
            {
                for (var chain = first; chain < after; chain += together)
                {
                    var chains = group.AsSpan(0, (int)Math.Min(together, after - chain));
                    for (var g = 0; g < chains.Length; g++)
                        chains[g] = new Chain(problem.Places(chain + g), (nint)(beginnings + g * problem.Length * width));
                    Forward(problem, chain, chains, table, width);
                    for (var g = 0; g < chains.Length; g++)
                        ((T*)total)[chain + g] = End(problem, ref chains[g], width);
                    Back<T>(chains, arrivals, width, (long*)path + chain * problem.Length, problem.Length);
                }
            }
        });
        problem.KeepAlive();
        GC.KeepAlive((tags, best));
        return (tags, best);
    }

    /// <summary>Writes the best score of a beginning that ends in each tag, for each valid place.</summary>
    private static void Forward<T>(ChainProblem<T> problem, long first, ReadOnlySpan<Chain> chains, T* table, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var n = 0; n < problem.Length; n++)
        {
            for (var g = 0; g < chains.Length; g++)
            {
                if (n >= chains[g].Places.Length)
                    continue;
                var score = (T*)chains[g].Beginnings + n * width;
                if (n == 0)
                    new ReadOnlySpan<T>(problem.Start, problem.Tags).CopyTo(new Span<T>(score, problem.Tags));
                else
                    Best(score - width, table, score, problem.Tags, width);
                Add(problem.EmissionsAt(first + g, chains[g].Places[n]), score, problem.Tags);
            }
        }
    }

    private static void Add<T>(T* emissions, T* score, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var j = 0;
        for (; j <= count - Vector128<T>.Count; j += Vector128<T>.Count)
            (Vector128.Load(score + j) + Vector128.Load(emissions + j)).Store(score + j);
        for (; j < count; j++)
            score[j] += emissions[j];
    }

    /// <summary>The best score; notes the last tag of its path, -1 where there is none.</summary>
    private static T End<T>(ChainProblem<T> problem, ref Chain chain, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        chain.Tag = -1;
        if (chain.Places.Length == 0)
            return T.Zero;
        var ends = (T*)chain.Beginnings + (chain.Places.Length - 1) * width;
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
        var (column, lanes) = (0, Vector512<T>.Count);
        for (; column <= width - 4 * lanes; column += 4 * lanes)
        {
            var a = Vector512.Create(T.NegativeInfinity);
            var (b, c, d) = (a, a, a);
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
        for (; column < width; column += lanes)
        {
            var a = Vector512.Create(T.NegativeInfinity);
            var (b, c, d) = (a, a, a);
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

    private static void Back<T>(Span<Chain> chains, T* arrivals, int width, long* paths, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var n = length - 1; n >= 0; n--)
        {
            for (var g = 0; g < chains.Length; g++)
            {
                ref var chain = ref chains[g];
                if (n >= chain.Places.Length || chain.Tag < 0)
                    continue;
                if (n < chain.Places.Length - 1)
                    chain.Tag = FirstBest((T*)chain.Beginnings + n * width, arrivals + chain.Tag * width, width);
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
    private static T[] Padded<T>(ChainProblem<T> problem, int width, bool turn)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var padded = new T[problem.Tags * width];
        Array.Fill(padded, T.NegativeInfinity);
        for (var i = 0; i < problem.Tags; i++)
            for (var j = 0; j < problem.Tags; j++)
                padded[turn ? j * width + i : i * width + j] = problem.Transitions[i * problem.Tags + j];
        return padded;
    }

    private struct Chain(int[] places, nint beginnings)
    {
        public readonly int[] Places = places;
        public readonly nint Beginnings = beginnings;
        public int Tag = -1;
    }
}

using System.Numerics;
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
        var width = (problem.Tags + Vector<T>.Count - 1) / Vector<T>.Count * Vector<T>.Count;
        var padded = Padded(problem, width);
        var tags = full([problem.Batch, problem.Length], Crf.PaddingTag, ScalarType.Int64);
        var best = empty([problem.Batch], scores[0].dtype);
        var (path, total) = ((nint)Memory.Of<long>(tags), (nint)Memory.Of<T>(best));
        var many = problem.Batch * problem.Length * problem.Tags * problem.Tags >= ManySteps;
        Memory.ForEachRun(problem.Batch, many, (_, first, after) =>
        {
            var places = new int[problem.Length];
            var room = new T[problem.Length * width];
            fixed (T* table = padded, beginnings = room)
            {
                for (var chain = first; chain < after; chain++)
                {
                    var valid = places.AsSpan(0, problem.Places(chain, places));
                    var (score, last) = Forward(problem, chain, valid, table, beginnings, width);
                    *((T*)total + chain) = score;
                    if (last >= 0)
                        Back(problem, chain, valid, table, beginnings, width, last, (long*)path + chain * problem.Length);
                }
            }
        });
        problem.KeepAlive();
        GC.KeepAlive((tags, best));
        return (tags, best);
    }

    /// <summary>The best score, and the last tag of its path; -1 where there is none.</summary>
    private static (T Score, int Last) Forward<T>(
        ChainProblem<T> problem, long chain, ReadOnlySpan<int> places, T* table, T* beginnings, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (places.Length == 0)
            return (T.Zero, -1);
        for (var n = 0; n < places.Length; n++)
        {
            var score = beginnings + n * width;
            var emissions = problem.EmissionsAt(chain, places[n]);
            if (n == 0)
                new ReadOnlySpan<T>(problem.Start, problem.Tags).CopyTo(new Span<T>(score, problem.Tags));
            else
                Best(score - width, table, score, problem.Tags, width);
            for (var j = 0; j < problem.Tags; j++)
                score[j] += emissions[j];
        }
        var ends = beginnings + (places.Length - 1) * width;
        var (best, last) = (T.NegativeInfinity, -1);
        for (var j = 0; j < problem.Tags; j++)
        {
            var total = ends[j] + problem.End[j];
            if (total > best)
                (best, last) = (total, j);
        }
        return (best, last);
    }

    /// <summary><c>best[j] = maxᵢ (before[i] + table[i, j])</c>.</summary>
    private static void Best<T>(T* before, T* table, T* best, int rows, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (column, lanes) = (0, Vector<T>.Count);
        for (; column <= width - 4 * lanes; column += 4 * lanes)
        {
            var a = Vector.Create(T.NegativeInfinity);
            var (b, c, d) = (a, a, a);
            var row = table + column;
            for (var i = 0; i < rows; i++, row += width)
            {
                var from = Vector.Create(before[i]);
                a = Vector.MaxNative(a, from + Vector.Load(row));
                b = Vector.MaxNative(b, from + Vector.Load(row + lanes));
                c = Vector.MaxNative(c, from + Vector.Load(row + 2 * lanes));
                d = Vector.MaxNative(d, from + Vector.Load(row + 3 * lanes));
            }
            a.Store(best + column);
            b.Store(best + column + lanes);
            c.Store(best + column + 2 * lanes);
            d.Store(best + column + 3 * lanes);
        }
        for (; column < width; column += lanes)
        {
            var a = Vector.Create(T.NegativeInfinity);
            var b = a;
            var row = table + column;
            var i = 0;
            for (; i < rows - 1; i += 2, row += 2 * width)
            {
                a = Vector.MaxNative(a, Vector.Create(before[i]) + Vector.Load(row));
                b = Vector.MaxNative(b, Vector.Create(before[i + 1]) + Vector.Load(row + width));
            }
            if (i < rows)
                a = Vector.MaxNative(a, Vector.Create(before[i]) + Vector.Load(row));
            Vector.MaxNative(a, b).Store(best + column);
        }
    }

    private static void Back<T>(
        ChainProblem<T> problem, long chain, ReadOnlySpan<int> places, T* table, T* beginnings, int width, int last, long* path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tag = last;
        for (var n = places.Length - 1; n >= 0; n--)
        {
            path[places[n]] = tag;
            var before = beginnings + (n - 1) * width;
            var (best, from) = (T.NegativeInfinity, 0);
            for (var i = 0; n > 0 && i < problem.Tags; i++)
            {
                var score = before[i] + table[i * width + tag];
                if (score > best)
                    (best, from) = (score, i);
            }
            tag = from;
        }
    }

    /// <summary>The transitions with -∞ after each row, to whole vectors.</summary>
    private static T[] Padded<T>(ChainProblem<T> problem, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var padded = new T[problem.Tags * width];
        Array.Fill(padded, T.NegativeInfinity);
        for (var i = 0; i < problem.Tags; i++)
            new ReadOnlySpan<T>(problem.Transitions + i * problem.Tags, problem.Tags).CopyTo(padded.AsSpan(i * width));
        return padded;
    }
}

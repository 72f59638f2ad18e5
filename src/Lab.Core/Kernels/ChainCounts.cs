using System.Runtime.Intrinsics;

namespace Lab.Core.Kernels;

/// <summary>How often a chain goes from each tag to each other, as is to be expected: the gradient of log Z in the transitions.</summary>
internal static unsafe class ChainCounts
{
    private const int Rows = 4;                                           // with two columns: as many sums as a processor keeps busy with
    private const int Block = 32;                                         // places: what is read again and again stays near

    /// <summary>Room for the counts, and for what is made on the way: rows of <see cref="ChainTables.Width"/>.</summary>
    public static long Room(ChainTables tables) => (long)(tables.Width + Rows) * tables.Width;

    /// <summary>
    /// Of a chain in the exp domain: <c>Σₙ αₙ[i] · carriedₙ₊₁[j] · exp(transitions[i, j])</c>, a product of two matrices. A sum of
    /// outer products, place by place, would read and write all counts at every place.
    /// </summary>
    /// <param name="tables">What the chains share.</param>
    /// <param name="walk">As <see cref="ChainPass.Backward"/> left it.</param>
    /// <param name="counts">Rows of <see cref="ChainTables.Width"/>, written.</param>
    public static void OfPass(ChainTables tables, in ChainWalk walk, double* counts)
    {
        var width = tables.Width;
        new Span<double>(counts, (int)Room(tables)).Clear();
        for (var n = 0; n < walk.Count - 1; n += Block)
        {
            var places = Math.Min(Block, walk.Count - 1 - n);
            double* alphas = walk.Alphas + (long)n * width, carried = walk.Weights + (long)(n + 1) * width;
            var (j, lanes) = (0, Vector512<double>.Count);
            for (; Vector512.IsHardwareAccelerated && j <= width - 2 * lanes; j += 2 * lanes)   // else there are too few registers
                for (var i = 0; i < tables.Tags; i += Rows)
                    TwoColumns(alphas + i, carried + j, counts + (long)i * width + j, places, width);
            for (; j < width; j += lanes)
                for (var i = 0; i < tables.Tags; i += Rows)
                    OneColumn(alphas + i, carried + j, counts + (long)i * width + j, places, width);
        }
        for (var i = 0; i < tables.Tags; i++)
        {
            double* row = counts + (long)i * width, onward = tables.Onward + (long)i * width;
            for (var j = 0; j < width; j += Vector512<double>.Count)
            {
                var factor = Vector512.Load(onward + j);                  // 0 · ∞ where it is forbidden
                Vector512.ConditionalSelect(Vector512.Equals(factor, Vector512<double>.Zero), Vector512<double>.Zero, factor * Vector512.Load(row + j))
                    .Store(row + j);
            }
        }
    }

    /// <summary>Takes the steps of the right path away.</summary>
    public static void TakeGold<T>(ChainProblem<T> problem, ChainTables tables, in ChainWalk walk, double* counts)
        where T : unmanaged
    {
        var gold = problem.Gold + walk.Chain * problem.Length;
        for (var n = 1; n < walk.Valid; n++)
            counts[gold[walk.Places[n - 1]] * tables.Width + gold[walk.Places[n]]]--;
    }

    private static void TwoColumns(double* alphas, double* carried, double* counts, int places, int width)
    {
        var lanes = Vector512<double>.Count;
        double* second = counts + width, third = second + width, fourth = third + width;
        var (a, b) = (Vector512.Load(counts), Vector512.Load(counts + lanes));
        var (c, d) = (Vector512.Load(second), Vector512.Load(second + lanes));
        var (e, f) = (Vector512.Load(third), Vector512.Load(third + lanes));
        var (g, h) = (Vector512.Load(fourth), Vector512.Load(fourth + lanes));
        for (var n = 0; n < places; n++, alphas += width, carried += width)
        {
            var (left, right) = (Vector512.Load(carried), Vector512.Load(carried + lanes));
            var by = Vector512.Create(alphas[0]);
            (a, b) = (Vector512.FusedMultiplyAdd(by, left, a), Vector512.FusedMultiplyAdd(by, right, b));
            by = Vector512.Create(alphas[1]);
            (c, d) = (Vector512.FusedMultiplyAdd(by, left, c), Vector512.FusedMultiplyAdd(by, right, d));
            by = Vector512.Create(alphas[2]);
            (e, f) = (Vector512.FusedMultiplyAdd(by, left, e), Vector512.FusedMultiplyAdd(by, right, f));
            by = Vector512.Create(alphas[3]);
            (g, h) = (Vector512.FusedMultiplyAdd(by, left, g), Vector512.FusedMultiplyAdd(by, right, h));
        }
        a.Store(counts);
        b.Store(counts + lanes);
        c.Store(second);
        d.Store(second + lanes);
        e.Store(third);
        f.Store(third + lanes);
        g.Store(fourth);
        h.Store(fourth + lanes);
    }

    private static void OneColumn(double* alphas, double* carried, double* counts, int places, int width)
    {
        double* second = counts + width, third = second + width, fourth = third + width;
        var (a, b, c, d) = (Vector512.Load(counts), Vector512.Load(second), Vector512.Load(third), Vector512.Load(fourth));
        for (var n = 0; n < places; n++, alphas += width, carried += width)
        {
            var column = Vector512.Load(carried);
            a = Vector512.FusedMultiplyAdd(Vector512.Create(alphas[0]), column, a);
            b = Vector512.FusedMultiplyAdd(Vector512.Create(alphas[1]), column, b);
            c = Vector512.FusedMultiplyAdd(Vector512.Create(alphas[2]), column, c);
            d = Vector512.FusedMultiplyAdd(Vector512.Create(alphas[3]), column, d);
        }
        a.Store(counts);
        b.Store(second);
        c.Store(third);
        d.Store(fourth);
    }
}

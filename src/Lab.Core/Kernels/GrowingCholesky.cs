namespace Lab.Core.Kernels;

/// <summary>
/// The Cholesky factor of a positive definite matrix to which rows and columns are added, and from which they are taken: each in N²
/// steps, where a factorisation takes N³.
/// </summary>
internal sealed unsafe class GrowingCholesky
{
    private const double Dependent = 1e-9;                                // of the diagonal: what is left of a column that others span

    private readonly List<double[]> rows = [];                            // L: of the i-th, i + 1 entries

    /// <summary>N.</summary>
    public int Size => rows.Count;

    /// <summary>Adds a last row and column; not where others span it, which leaves the factor as it was.</summary>
    /// <param name="column">The entries against the rows that are there.</param>
    /// <param name="diagonal">The entry against itself.</param>
    public bool TryAppend(ReadOnlySpan<double> column, double diagonal)
    {
        var row = new double[Size + 1];
        column.CopyTo(row);
        Forward(row.AsSpan(0, Size));
        var rest = diagonal;
        for (var i = 0; i < Size; i++)
            rest -= row[i] * row[i];
        if (rest <= Dependent * diagonal)
            return false;
        row[^1] = Math.Sqrt(rest);
        rows.Add(row);
        return true;
    }

    /// <summary>Takes a row and its column away: what the later rows had of it is added to what they have of each other.</summary>
    public void RemoveAt(int index)
    {
        rows.RemoveAt(index);
        var count = Size - index;
        var lost = new double[count];                                     // the column that goes, below the diagonal
        for (var i = 0; i < count; i++)
        {
            var row = rows[index + i];
            lost[i] = row[index];
            Array.Copy(row, index + 1, row, index, i + 1);
        }
        for (var k = 0; k < count; k++)                                   // Givens rotations
        {
            var pivot = rows[index + k][index + k];
            var radius = Math.Sqrt(pivot * pivot + lost[k] * lost[k]);
            var (cosine, sine) = (pivot / radius, lost[k] / radius);
            for (var i = k; i < count; i++)
            {
                ref var entry = ref rows[index + i][index + k];
                (entry, lost[i]) = (cosine * entry + sine * lost[i], cosine * lost[i] - sine * entry);
            }
        }
    }

    /// <summary>Solves the linear system for a right side.</summary>
    public double[] Solve(ReadOnlySpan<double> right)
    {
        var x = right.ToArray();
        Forward(x);
        fixed (double* to = x)
        {
            for (var i = Size - 1; i >= 0; i--)                           // Lᵀ x = y, column by column of Lᵀ
            {
                fixed (double* row = rows[i])
                {
                    to[i] /= row[i];
                    DoubleLoops.Add(-to[i], row, to, i);
                }
            }
        }
        return x;
    }

    /// <summary>L y = x, in place.</summary>
    private void Forward(Span<double> x)
    {
        fixed (double* to = x)
        {
            for (var i = 0; i < x.Length; i++)
            {
                fixed (double* row = rows[i])
                    to[i] = (to[i] - DoubleLoops.Dot(row, to, i)) / row[i];
            }
        }
    }
}

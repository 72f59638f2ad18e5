using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lab.Core.Kernels;

/// <summary>Products of small matrices of float64 in memory, without the start that a library's call costs.</summary>
[SkipLocalsInit]
internal static unsafe class MatrixLoops
{
    /// <summary>Entries in a vector.</summary>
    public const int Lanes = 8;

    /// <summary>So many entries, in whole vectors.</summary>
    public static int Whole(long entries) => (int)((entries + Lanes - 1) / Lanes * Lanes);

    /// <summary><c>c[i, j] = Σ_s a[i, s]·b[s, j]</c>, or that added to what is there.</summary>
    /// <param name="a">The entry (0, 0) of the left matrix.</param>
    /// <param name="aRow">How far its rows are apart.</param>
    /// <param name="aStep">How far its columns are apart.</param>
    /// <param name="b">The right matrix; its columns are neighbours.</param>
    /// <param name="bRow">How far its rows are apart.</param>
    /// <param name="c">The product; its columns are neighbours, and it overlaps with neither.</param>
    /// <param name="cRow">How far its rows are apart.</param>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Its columns: whole vectors.</param>
    /// <param name="inner">Terms of each sum.</param>
    /// <param name="add">Whether to add.</param>
    public static void Multiply(
        double* a, long aRow, long aStep, double* b, long bRow, double* c, long cRow, int rows, int columns, int inner, bool add = false)
    {
        var j = 0;
        for (; j <= columns - 4 * Lanes; j += 4 * Lanes)
            for (var i = 0; i < rows; i += 4)
                Tile(a + i * aRow, aRow, aStep, b + j, bRow, c + i * cRow + j, cRow, rows - i, inner, add);
        for (; j < columns; j += Lanes)
            for (var i = 0; i < rows; i += 4)
                Strip(a + i * aRow, aRow, aStep, b + j, bRow, c + i * cRow + j, cRow, rows - i, inner, add);
    }

    /// <summary>Four rows by four vectors, all in registers. Rows that are missing are the last one again, and are not written.</summary>
    private static void Tile(double* a, long aRow, long aStep, double* b, long bRow, double* c, long cRow, int rows, int inner, bool add)
    {
        double* a1 = rows > 1 ? a + aRow : a, a2 = rows > 2 ? a1 + aRow : a1, a3 = rows > 3 ? a2 + aRow : a2;
        Vector512<double> c00 = default, c01 = default, c02 = default, c03 = default, c10 = default, c11 = default, c12 = default, c13 = default;
        Vector512<double> c20 = default, c21 = default, c22 = default, c23 = default, c30 = default, c31 = default, c32 = default, c33 = default;
        for (var s = 0; s < inner; s++, b += bRow)
        {
            var (b0, b1) = (Vector512.Load(b), Vector512.Load(b + Lanes));
            var (b2, b3) = (Vector512.Load(b + 2 * Lanes), Vector512.Load(b + 3 * Lanes));
            var x = Vector512.Create(a[s * aStep]);
            c00 = Vector512.MultiplyAddEstimate(x, b0, c00);
            c01 = Vector512.MultiplyAddEstimate(x, b1, c01);
            c02 = Vector512.MultiplyAddEstimate(x, b2, c02);
            c03 = Vector512.MultiplyAddEstimate(x, b3, c03);
            x = Vector512.Create(a1[s * aStep]);
            c10 = Vector512.MultiplyAddEstimate(x, b0, c10);
            c11 = Vector512.MultiplyAddEstimate(x, b1, c11);
            c12 = Vector512.MultiplyAddEstimate(x, b2, c12);
            c13 = Vector512.MultiplyAddEstimate(x, b3, c13);
            x = Vector512.Create(a2[s * aStep]);
            c20 = Vector512.MultiplyAddEstimate(x, b0, c20);
            c21 = Vector512.MultiplyAddEstimate(x, b1, c21);
            c22 = Vector512.MultiplyAddEstimate(x, b2, c22);
            c23 = Vector512.MultiplyAddEstimate(x, b3, c23);
            x = Vector512.Create(a3[s * aStep]);
            c30 = Vector512.MultiplyAddEstimate(x, b0, c30);
            c31 = Vector512.MultiplyAddEstimate(x, b1, c31);
            c32 = Vector512.MultiplyAddEstimate(x, b2, c32);
            c33 = Vector512.MultiplyAddEstimate(x, b3, c33);
        }
        Write(c, c00, c01, c02, c03, add);
        if (rows > 1)
            Write(c + cRow, c10, c11, c12, c13, add);
        if (rows > 2)
            Write(c + 2 * cRow, c20, c21, c22, c23, add);
        if (rows > 3)
            Write(c + 3 * cRow, c30, c31, c32, c33, add);
    }

    /// <summary>Four rows by one vector.</summary>
    private static void Strip(double* a, long aRow, long aStep, double* b, long bRow, double* c, long cRow, int rows, int inner, bool add)
    {
        double* a1 = rows > 1 ? a + aRow : a, a2 = rows > 2 ? a1 + aRow : a1, a3 = rows > 3 ? a2 + aRow : a2;
        Vector512<double> c0 = default, c1 = default, c2 = default, c3 = default;
        for (var s = 0; s < inner; s++, b += bRow)
        {
            var b0 = Vector512.Load(b);
            c0 = Vector512.MultiplyAddEstimate(Vector512.Create(a[s * aStep]), b0, c0);
            c1 = Vector512.MultiplyAddEstimate(Vector512.Create(a1[s * aStep]), b0, c1);
            c2 = Vector512.MultiplyAddEstimate(Vector512.Create(a2[s * aStep]), b0, c2);
            c3 = Vector512.MultiplyAddEstimate(Vector512.Create(a3[s * aStep]), b0, c3);
        }
        Write(c, c0, add);
        if (rows > 1)
            Write(c + cRow, c1, add);
        if (rows > 2)
            Write(c + 2 * cRow, c2, add);
        if (rows > 3)
            Write(c + 3 * cRow, c3, add);
    }

    private static void Write(double* c, Vector512<double> c0, Vector512<double> c1, Vector512<double> c2, Vector512<double> c3, bool add)
    {
        Write(c, c0, add);
        Write(c + Lanes, c1, add);
        Write(c + 2 * Lanes, c2, add);
        Write(c + 3 * Lanes, c3, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(double* c, Vector512<double> sum, bool add) => (add ? sum + Vector512.Load(c) : sum).Store(c);
}

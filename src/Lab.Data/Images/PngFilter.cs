namespace Lab.Data.Images;

/// <summary>PNG's five ways to write a row as differences from its neighbours.</summary>
internal static class PngFilter
{
    public const int Count = 5;

    /// <summary>Undoes a filter in place; <paramref name="above"/> is the row before, all 0 for the first.</summary>
    /// <param name="filter">0 to 4.</param>
    /// <param name="row">Filtered bytes, then the true ones.</param>
    /// <param name="above">The true bytes of the row above.</param>
    /// <param name="step">Bytes of a pixel, at least 1.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var (left, corner) = i >= step ? (row[i - step], above[i - step]) : ((byte)0, (byte)0);
            row[i] += Predicted(filter, left, above[i], corner);
        }
    }

    /// <summary>Writes the filtered row; the inverse of <see cref="Undo"/>.</summary>
    public static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int step, Span<byte> filtered)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var (left, corner) = i >= step ? (row[i - step], above[i - step]) : ((byte)0, (byte)0);
            filtered[i] = (byte)(row[i] - Predicted(filter, left, above[i], corner));
        }
    }

    private static byte Predicted(int filter, byte left, byte up, byte corner) => filter switch
    {
        1 => left,
        2 => up,
        3 => (byte)((left + up) / 2),
        4 => Paeth(left, up, corner),
        _ => 0,
    };

    private static byte Paeth(byte left, byte up, byte corner)
    {
        var estimate = left + up - corner;
        var (toLeft, toUp, toCorner) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - corner));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}

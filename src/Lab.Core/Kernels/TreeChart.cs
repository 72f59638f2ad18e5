namespace Lab.Core.Kernels;

/// <summary>What is kept of a row's spans, in one piece of memory: of each its shift, its labels' values, and their sums over the rules.</summary>
/// <remarks>
/// Labels are filled up with zeros to whole vectors. The spans that begin at a word lie one after the other, and so do rows of spans that end at one,
/// <see cref="Down"/> apart: the halves of a span, over all its cuts, are two matrices.
/// </remarks>
internal readonly unsafe struct TreeChart(double* kept, int places, int wide)
{
    /// <summary>How many numbers it takes.</summary>
    public static long Size(long places, long wide) => places * places * (2 * wide + 1);

    /// <summary>From a span to the one that begins a word later, and ends at the same.</summary>
    public long Down => (long)places * wide;

    /// <summary>From a span to the one that begins and ends a word later.</summary>
    public long Along => (places + 1L) * wide;

    public double* Shift(int i, int j) => kept + (long)i * places + j;

    public double* Cell(int i, int j) => kept + (long)places * places + ((long)i * places + j) * wide;

    public double* Sums(int i, int j) => kept + (long)places * places * (wide + 1) + ((long)i * places + j) * wide;
}

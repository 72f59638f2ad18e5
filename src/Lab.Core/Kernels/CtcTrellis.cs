using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lab.Core.Kernels;

/// <summary>
/// The recursions of CTC for one example, over memory, in float64. A row holds the log-scores of a frame's states: those of the
/// U + 1 blanks from entry 0, those of the U labels from entry <see cref="Width"/> + 1, and -∞ in all places between and behind.
/// Label u lies between blanks u and u + 1. So a whole row is computed from shifted copies of another.
/// </summary>
internal readonly unsafe ref struct CtcTrellis<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Never = double.NegativeInfinity;

    private readonly long* labels;
    private readonly long blank;
    private readonly double* mayFollow;                               // 0 where label u may follow label u - 1 directly, else -∞
    private readonly double* scores;                                  // of the labels at a frame

    /// <summary>Prepares for an example.</summary>
    /// <param name="labels">Its labels.</param>
    /// <param name="count">U, how many.</param>
    /// <param name="blank">The class of the blanks.</param>
    /// <param name="scratch">Room for <see cref="Scratch"/> numbers.</param>
    public CtcTrellis(long* labels, int count, long blank, double* scratch)
    {
        this.labels = labels;
        this.blank = blank;
        (Count, Width) = (count, WidthOf(count));
        mayFollow = scratch;
        scores = scratch + Width + 1;
        for (var u = 0; u <= Width; u++)
            mayFollow[u] = u > 0 && u < count && labels[u] != labels[u - 1] ? 0 : Never;
        new Span<double>(scores, Width).Fill(Never);
    }

    /// <summary>U.</summary>
    public int Count { get; }

    /// <summary>At least U + 1, in whole vectors.</summary>
    public int Width { get; }

    /// <summary>How many numbers a row has.</summary>
    public static int Row(int count) => 2 * WidthOf(count) + 2;

    /// <summary>How many numbers a trellis needs for itself.</summary>
    public static int Scratch(int count) => 2 * WidthOf(count) + 1;

    private static int WidthOf(int count) => (count + Vector<double>.Count) / Vector<double>.Count * Vector<double>.Count;

    /// <summary>α before the first frame: all in the first blank.</summary>
    public void Start(double* row)
    {
        new Span<double>(row, Row(Count)).Fill(Never);
        row[0] = 0;
    }

    /// <summary>β at the last frame: it may end in the last blank and in the last label.</summary>
    public void End(double* row)
    {
        new Span<double>(row, Row(Count)).Fill(Never);
        row[Count] = 0;
        if (Count > 0)
            row[Width + Count] = 0;
    }

    /// <summary>α of a frame from that of the one before. False where a score is NaN or +∞.</summary>
    public bool Forward(T* frame, double* before, double* row)
    {
        if (!Read(frame, out var blankScore))
            return false;
        var ofBlank = Vector.Create(blankScore);
        for (var u = 0; u < Width; u += Vector<double>.Count)
        {
            var (atBlank, atLabel, before1) = (Vector.Load(before + u), Vector.Load(before + Width + 1 + u), Vector.Load(before + Width + u));
            var label = LogSum(atLabel, atBlank, before1 + Vector.Load(mayFollow + u)) + Vector.Load(scores + u);
            (LogSum(atBlank, before1) + ofBlank).Store(row + u);
            label.Store(row + Width + 1 + u);
        }
        row[Width] = row[2 * Width + 1] = Never;
        return true;
    }

    /// <summary>log Z, from the last α.</summary>
    public double LogPartition(double* row) => LogSum(Vector.Create(row[Count]), Vector.Create(Count > 0 ? row[Width + Count] : Never))[0];

    /// <summary>
    /// Takes a frame's occupancies, times a factor, from its gradient; then turns β of the frame into that of the one before.
    /// </summary>
    /// <param name="frame">Its scores.</param>
    /// <param name="alpha">Its α.</param>
    /// <param name="beta">Its β, to be overwritten.</param>
    /// <param name="logPartition">log Z.</param>
    /// <param name="factor">The gradient that comes from above.</param>
    /// <param name="gradient">Its gradient, zero so far.</param>
    /// <param name="row">Room for a row.</param>
    public void Backward(T* frame, double* alpha, double* beta, double logPartition, double factor, T* gradient, double* row)
    {
        Read(frame, out var blankScore);
        var (ofBlank, logZ, blanks) = (Vector.Create(blankScore), Vector.Create(logPartition), Vector<double>.Zero);
        for (var u = 0; u < Width; u += Vector<double>.Count)
        {
            var (atBlank, atLabel) = (Vector.Load(beta + u), Vector.Load(beta + Width + 1 + u));
            blanks += Vector.Exp(Vector.Load(alpha + u) + atBlank - logZ);
            Vector.Exp(Vector.Load(alpha + Width + 1 + u) + atLabel - logZ).Store(beta + Width + 1 + u);
            (atBlank + ofBlank).Store(row + u);
            (atLabel + Vector.Load(scores + u)).Store(row + Width + 1 + u);
        }
        row[Width] = row[2 * Width + 1] = Never;

        gradient[blank] -= T.CreateTruncating(factor * Vector.Sum(blanks));
        for (var u = 0; u < Count; u++)
            gradient[labels[u]] -= T.CreateTruncating(factor * beta[Width + 1 + u]);

        for (var u = 0; u < Width; u += Vector<double>.Count)
        {
            var atLabel = Vector.Load(row + Width + 1 + u);
            var skipped = Vector.Load(row + Width + 2 + u) + Vector.Load(mayFollow + 1 + u);
            LogSum(Vector.Load(row + u), atLabel).Store(beta + u);
            LogSum(atLabel, Vector.Load(row + 1 + u), skipped).Store(beta + Width + 1 + u);
        }
    }

    private bool Read(T* frame, out double blankScore)
    {
        blankScore = double.CreateTruncating(frame[blank]);
        var good = blankScore < double.PositiveInfinity;              // NaN is not
        for (var u = 0; u < Count; u++)
        {
            scores[u] = double.CreateTruncating(frame[labels[u]]);
            good &= scores[u] < double.PositiveInfinity;
        }
        return good;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> LogSum(Vector<double> a, Vector<double> b)
    {
        var (high, low) = (Vector.MaxNative(a, b), Vector.MinNative(a, b));
        return high + Vector.Log(Vector<double>.One + Vector.Exp(low - Finite(high)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> LogSum(Vector<double> a, Vector<double> b, Vector<double> c)
    {
        var (high, low) = (Vector.MaxNative(a, b), Vector.MinNative(a, b));
        var (most, middle) = (Vector.MaxNative(high, c), Vector.MinNative(high, c));
        var by = Finite(most);
        return most + Vector.Log(Vector<double>.One + Vector.Exp(middle - by) + Vector.Exp(low - by));
    }

    /// <summary>exp(-∞ - -∞) would be NaN; exp(-∞ - 0) is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Finite(Vector<double> most) =>
        Vector.ConditionalSelect(Vector.Equals(most, Vector.Create(Never)), Vector<double>.Zero, most);
}

using System.Numerics;

namespace Lab.Core.Kernels;

/// <summary>Focal loss as a function of the margin.</summary>
internal static unsafe class FocalCurve
{
    /// <summary>
    /// Writes <c>-σ(-m)^γ·log σ(m)</c> and its slope <c>σ(-m)^γ·(γ·σ(m)·log σ(m) - σ(-m))</c>. It works on whole vectors: the memory
    /// must reach to the end of the last one.
    /// </summary>
    public static void Of<T>(T* margins, T gamma, int count, T* losses, T* slopes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (zero, one, power) = (Vector<T>.Zero, Vector<T>.One, Vector.Create(gamma));
        for (var i = 0; i < count; i += Vector<T>.Count)
        {
            var m = Vector.Load(margins + i);
            var decay = Lanes.Exp(-Vector.Abs(m));
            var bend = Log1p(decay);
            var (logHit, logMiss) = (Vector.Min(m, zero) - bend, Vector.Min(-m, zero) - bend);
            var (large, small) = (one / (one + decay), decay / (one + decay));
            var right = Vector.GreaterThanOrEqual(m, zero);
            var (hit, miss) = (Vector.ConditionalSelect(right, large, small), Vector.ConditionalSelect(right, small, large));
            var weight = T.IsZero(gamma) ? one : Lanes.Exp(power * logMiss);                  // not 0·∞
            var turn = Vector.ConditionalSelect(Vector.Equals(hit, zero), zero, power * hit * logHit);
            (-logHit * weight).Store(losses + i);
            (weight * (turn - miss)).Store(slopes + i);
        }
    }

    /// <summary>log(1 + x) to the last digits, also where x is small: what rounding takes from 1 + x is put back (Kahan).</summary>
    private static Vector<T> Log1p<T>(Vector<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = Vector<T>.One + x;
        return Vector.ConditionalSelect(Vector.Equals(sum, Vector<T>.One), x, Lanes.Log(sum) * (x / (sum - Vector<T>.One)));
    }
}

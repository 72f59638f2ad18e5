using System.Numerics;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>What cross-entropy multiplies its terms with: the classes' factors, and the share of each that smoothing gives them.</summary>
internal readonly unsafe struct ClassWeights<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* factors;
    private readonly T sure;

    public ClassWeights(Tensor? weight, long classes, double smoothing)
    {
        factors = weight is null ? null : ClassGrid.Pointer<T>(weight);
        (sure, Sum) = (T.CreateTruncating(1 - smoothing), T.CreateTruncating(classes));
        var any = weight is null;
        if (weight is not null)
        {
            Sum = T.Zero;
            for (var k = 0L; k < classes; k++)
                (Sum, any) = (Sum + factors[k], any || !T.IsZero(factors[k]));
        }
        Spread = smoothing > 0 && any;
        Share = Spread ? T.CreateTruncating(smoothing / classes) : T.Zero;
    }

    /// <summary>Whether classes other than the true one count too.</summary>
    public bool Spread { get; }

    /// <summary>ε/K.</summary>
    public T Share { get; }

    /// <summary>Σ w.</summary>
    public T Sum { get; }

    /// <summary>w of a class.</summary>
    public T this[long k] => factors == null ? T.One : factors[k];

    /// <summary>w of classes side by side.</summary>
    public Vector<T> Load(long k) => factors == null ? Vector<T>.One : Vector.Load(factors + k);

    /// <summary>(1 - ε)·w[y].</summary>
    public T OfTarget(long y) => sure * this[y];
}

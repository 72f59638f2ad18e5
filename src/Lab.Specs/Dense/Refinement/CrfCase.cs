using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Dense.Refinement;

/// <summary>Which kernels a case has.</summary>
public enum CrfKernels
{
    /// <summary>Positions.</summary>
    Smoothness,

    /// <summary>Positions and colours.</summary>
    Appearance,

    /// <summary>Both.</summary>
    Both,

    /// <summary>The images' channels as features of any kind.</summary>
    Features,
}

/// <summary>Small pictures, what a network says of them, and what two labels cost.</summary>
public sealed record CrfCase : Case
{
    /// <summary>Pictures.</summary>
    public int B { get; init; } = 2;

    /// <summary>Labels.</summary>
    public int K { get; init; } = 2;

    /// <summary>Height.</summary>
    public int H { get; init; } = 2;

    /// <summary>Width.</summary>
    public int W { get; init; } = 3;

    /// <summary>Iterations or sweeps.</summary>
    public int Iterations { get; init; } = 1;

    /// <summary>The kernels.</summary>
    public CrfKernels Kernels { get; init; }

    /// <summary>How much two labels cost.</summary>
    public double Cost { get; init; } = 1;

    /// <summary>Whether sums over pairs are the fast ones; they are exact for smoothness.</summary>
    public bool Fast { get; init; }

    /// <summary>Whether the costs are the same in either order.</summary>
    internal bool Symmetric { get; init; }

    /// <summary>How sums over pairs are computed.</summary>
    internal PairSums Sums => Fast ? PairSums.Fast : PairSums.Exact;

    private int M => Kernels == CrfKernels.Both ? 2 : 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var costs = Cost * Numbers(2).Between(-1, 1, M, K, K);
        return
        [
            new("logits", Numbers().Reals(B, K, H, W)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] },
            new("images", Numbers(1).Between(0, 1, B, 2, H, W)) { BatchDim = 0 },
            new("compatibility", Symmetric ? (costs + costs.transpose(1, 2)) / 2 : costs) { Differentiable = true },
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (K > 2)
            yield return this with { K = K - 1 };
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (Iterations > 1)
            yield return this with { Iterations = Iterations - 1 };
        if (Kernels == CrfKernels.Both)
            yield return this with { Kernels = CrfKernels.Smoothness };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>The case's kernels over its images.</summary>
    internal IReadOnlyList<PixelKernel> Over(Tensor images)
    {
        PixelKernel[] both = [PixelKernel.Smoothness(1.5), PixelKernel.Appearance(images, 2, 0.4)];
        return Kernels switch
        {
            CrfKernels.Smoothness => both[..1],
            CrfKernels.Appearance => both[1..],
            CrfKernels.Features => [PixelKernel.Over(images)],
            _ => both,
        };
    }

    /// <summary>Pictures of a few pixels.</summary>
    internal static Gen<CrfCase> Any(bool symmetric = false, int side = 4) =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(2, 3)
        from h in Gen.Choose(1, side - 1)
        from w in Gen.Choose(1, side)
        from iterations in Gen.Choose(1, 3)
        from kernels in Gen.Elements(CrfKernels.Smoothness, CrfKernels.Appearance, CrfKernels.Both, CrfKernels.Features)
        from cost in Gen.Elements(0.0, 1.0, 4.0)
        from fast in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 5.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new CrfCase
        {
            B = b,
            K = k,
            H = h,
            W = w,
            Iterations = iterations,
            Kernels = kernels,
            Cost = cost,
            Fast = fast && kernels == CrfKernels.Smoothness,
            Symmetric = symmetric,
            Scale = scale,
            Seed = seed,
        };
}

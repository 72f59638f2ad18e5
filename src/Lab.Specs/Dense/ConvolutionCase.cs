using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Dense;

/// <summary>Images of a few pixels and the weight of a convolution, either way round.</summary>
public sealed record ConvolutionCase : Case
{
    /// <summary>Images.</summary>
    public int B { get; init; } = 1;

    /// <summary>Channels in.</summary>
    public int C { get; init; } = 1;

    /// <summary>Channels out.</summary>
    public int K { get; init; } = 1;

    /// <summary>Height.</summary>
    public int H { get; init; } = 3;

    /// <summary>Width.</summary>
    public int W { get; init; } = 3;

    /// <summary>The kernel's height.</summary>
    public int Kh { get; init; } = 2;

    /// <summary>The kernel's width.</summary>
    public int Kw { get; init; } = 2;

    /// <summary>The stride of a transposed convolution, or the rate of an atrous one.</summary>
    public int Step { get; init; } = 1;

    /// <summary>What a transposed convolution cuts off.</summary>
    public int Padding { get; init; }

    /// <summary>Whether the weight counts the images' channels first.</summary>
    public bool Transposed { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("images", Numbers().Reals(B, C, H, W)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
        new("weight", Numbers(1).Between(-1, 1, Transposed ? [C, K, Kh, Kw] : [K, C, Kh, Kw])) { Differentiable = true },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (C > 1)
            yield return this with { C = C - 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (Padding > 0)
            yield return this with { Padding = Padding - 1 };
        if (H > 1)
            yield return Kept(this with { H = H - 1 });
        if (W > 1)
            yield return Kept(this with { W = W - 1 });
        if (Kh > 1)
            yield return Kept(this with { Kh = Kh - 1 });
        if (Kw > 1)
            yield return Kept(this with { Kw = Kw - 1 });
        if (Step > 1)
            yield return Kept(this with { Step = Step - 1 });
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Kernels to 4x3, steps to 3, images to 5x5.</summary>
    internal static Gen<ConvolutionCase> Any(bool transposed) =>
        from b in Gen.Choose(1, 3)
        from c in Gen.Choose(1, 3)
        from k in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 5)
        from w in Gen.Choose(1, 5)
        from kh in Gen.Choose(1, 4)
        from kw in Gen.Choose(1, 3)
        from step in Gen.Choose(1, 3)
        from padding in Gen.Choose(0, transposed ? 2 : 0)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select Kept(new ConvolutionCase
        {
            B = b,
            C = c,
            K = k,
            H = h,
            W = w,
            Kh = kh,
            Kw = kw,
            Step = step,
            Padding = padding,
            Transposed = transposed,
            Scale = scale,
            Seed = seed,
        });

    /// <summary>With a padding that leaves something.</summary>
    private static ConvolutionCase Kept(ConvolutionCase c) =>
        c with { Padding = Math.Min(c.Padding, (Math.Min(c.Step * (c.H - 1) + c.Kh, c.Step * (c.W - 1) + c.Kw) - 1) / 2) };
}

using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Dense.Refinement;

/// <summary>Pictures, and the weights of a small network that labels their pixels: one convolution of 3x3.</summary>
public abstract record RefineCase : Case
{
    /// <summary>Pictures.</summary>
    public int B { get; init; } = 2;

    /// <summary>Their channels.</summary>
    public int C { get; init; } = 2;

    /// <summary>Classes.</summary>
    public int K { get; init; } = 2;

    /// <summary>Height.</summary>
    public int H { get; init; } = 4;

    /// <summary>Width.</summary>
    public int W { get; init; } = 5;

    /// <summary>Whether the network answers at half the size.</summary>
    public bool Coarse { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("images", Numbers().Reals(B, C, H, W)) { BatchDim = 0, Extremes = [1e3, -1e3] },
        new("weights", Numbers(1).Between(-1, 1, K, C, 3, 3)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (C > 1)
            yield return this with { C = C - 1 };
        if (K > 2)
            yield return this with { K = K - 1 };
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (Coarse)
            yield return this with { Coarse = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>The network: what it says of the edge depends on the zeros beyond.</summary>
    internal Func<Tensor, Tensor> Model(Tensor weights)
    {
        long[] stride = Coarse ? [2, 2] : [1, 1];
        return x => F.conv2d(x, weights.to(x.dtype), padding: [1, 1], strides: stride);
    }

    /// <summary>A network that looks at each pixel by itself.</summary>
    internal static Func<Tensor, Tensor> Local(Tensor weights) =>
        x => F.conv2d(x, weights.slice(2, 1, 2, 1).slice(3, 1, 2, 1));

    /// <summary>Calls a network, and notes the shapes of what it is given.</summary>
    internal static Func<Tensor, Tensor> Noting(Func<Tensor, Tensor> model, List<long[]> shapes) => x =>
    {
        shapes.Add(x.shape);
        return model(x);
    };
}

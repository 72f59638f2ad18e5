using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Heads;

/// <summary>A tensor of a module's state dictionary.</summary>
/// <param name="Name">Its key: <c>classify.weight</c>.</param>
/// <param name="Shape">Its sizes.</param>
public sealed record StateEntry(string Name, params long[] Shape);

/// <summary>Features with any leading dimensions, and the numbers of a head.</summary>
public abstract record HeadCase : Case
{
    /// <summary>What comes before the width: none for a single example, examples first.</summary>
    public TensorShape Leading { get; init; } = new([]);

    /// <summary>Width of the features.</summary>
    public int D { get; init; } = 3;

    /// <summary>What learns: names and shapes as the head's documentation has them.</summary>
    public abstract IReadOnlyList<StateEntry> Parameters { get; }

    /// <summary>What is saved and moved with the head, and does not learn.</summary>
    public virtual IReadOnlyList<StateEntry> Buffers => [];

    /// <summary>How many tensors come out.</summary>
    protected virtual int Outputs => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims =>
        Leading.Sizes.Length == 0 ? [] : [.. Enumerable.Repeat(0, Outputs)];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("features", Numbers().Reals([.. Leading.Sizes, D]))
        {
            Differentiable = true, BatchDim = Leading.Sizes.Length == 0 ? null : 0, Extremes = [1e4, -1e4],
        },
        .. Parameters.Select((p, i) => new Argument(p.Name, Numbers(i + 1).Between(-1.5, 1.5, p.Shape)) { Differentiable = true }),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        for (var d = 0; d < Leading.Sizes.Length; d++)
            yield return this with { Leading = Leading.Without(d) };
        foreach (var smaller in Leading.Shrink())
            yield return this with { Leading = smaller };
        if (D > 1)
            yield return this with { D = D - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to three leading dimensions, widths to 6, features that are all 0, usual or large.</summary>
    /// <param name="fresh">Makes a case of the head's own sizes.</param>
    /// <param name="scales">Standard deviations of the features.</param>
    internal static Gen<TCase> Any<TCase>(Gen<TCase> fresh, params double[] scales)
        where TCase : HeadCase =>
        from c in fresh
        from rank in Gen.Choose(0, 3)
        from sizes in Gen.Choose(1, 4).ArrayOf(rank)
        from d in Gen.Choose(1, 6)
        from scale in Gen.Elements(scales.Length == 0 ? [0.0, 1.0, 30.0] : scales)
        from seed in Gen.Choose(0, int.MaxValue)
        select c with { Leading = new([.. sizes.Select(s => (long)s)]), D = d, Scale = scale, Seed = seed };
}

/// <summary>A head that is one linear layer with several outputs.</summary>
public sealed record LinearCase : HeadCase
{
    /// <summary>The layer's name.</summary>
    public string Layer { get; init; } = "classify";

    /// <summary>Outputs of the layer: classes, labels, quantiles, dimensions.</summary>
    public int K { get; init; } = 2;

    /// <summary>Whether it has a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>The name of a buffer <c>[K]</c>, where the head has one.</summary>
    public string? Buffer { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters =>
        Bias ? [new($"{Layer}.weight", K, D), new($"{Layer}.bias", K)] : [new($"{Layer}.weight", K, D)];

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Buffers => Buffer is null ? [] : [new(Buffer, K)];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (K > 1)
            yield return this with { K = K - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>One to five outputs.</summary>
    internal static Gen<LinearCase> Any(LinearCase like, params double[] scales) => Any(
        from k in Gen.Choose(1, 5)
        select like with { K = k }, scales);

    /// <summary>The layer by its definition: one product after the other.</summary>
    internal static TorchSharp.torch.Tensor Apply(
        TorchSharp.torch.Tensor features, TorchSharp.torch.Tensor weight, TorchSharp.torch.Tensor? bias) =>
        TorchSharp.torch.stack([.. weight.unbind(0).Select((w, k) =>
        {
            var sum = (features * w).sum(-1);
            return bias is null ? sum : sum + bias[k];
        })], -1);
}

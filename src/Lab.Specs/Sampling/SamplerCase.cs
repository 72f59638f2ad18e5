using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sampling;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sampling;

/// <summary>How many classes there are, how many are drawn, and the seed that they are drawn from.</summary>
public sealed record SamplerCase : Case
{
    /// <summary>Classes V.</summary>
    public required long V { get; init; }

    /// <summary>Drawn classes S.</summary>
    public required long S { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => [];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (S > 1)
            yield return this with { S = (S + 1) / 2 };
        if (V > S)
            yield return this with { V = Math.Max(S, V / 2) };
    }

    /// <summary>A fresh generator of the case's seed.</summary>
    public Generator Generator() => new((ulong)Seed, CPU);

    /// <summary>Calls a sampler with the case's numbers.</summary>
    internal Tensor[] Call(Func<long, long, Generator?, Device?, ClassSample> op)
    {
        using var generator = Generator();
        var sample = op(V, S, generator, null);
        return [sample.Classes, sample.LogExpectedCounts];
    }

    /// <summary>One to many classes, of which one to all are drawn.</summary>
    public static Gen<SamplerCase> Any =>
        from v in Gen.Elements(1L, 2, 5, 40, 1000, 50_257)
        from share in Gen.Elements(0.0, 0.1, 0.5, 1.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SamplerCase { V = v, S = Math.Max(1, (long)(Math.Min(v, 2000) * share)), Seed = seed };
}

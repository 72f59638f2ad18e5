using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Labs;

/// <summary>What a detector says of one image, and what is there: Q queries, N targets, N no more than Q.</summary>
public sealed record SetCase : LabCase
{
    /// <summary>Queries Q.</summary>
    public int Q { get; init; } = 1;

    /// <summary>Targets N.</summary>
    public int N { get; init; }

    /// <summary>Object classes K, without "no object".</summary>
    public int K { get; init; } = 1;

    /// <summary>Tenths that "no object" weighs.</summary>
    public int Tenths { get; init; } = 1;

    /// <summary>What is drawn for the exercise.</summary>
    internal Func<SetCase, IReadOnlyList<Argument>> Arguments { get; init; } = _ => [];

    /// <inheritdoc/>
    protected override int Least(string size) => size == nameof(N) ? 0 : 1;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink() => base.Shrink().Where(c => c is SetCase { N: var n, Q: var q } && n <= q);

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => Arguments(this);

    /// <summary>Boxes as centre and sides, inside the image or a little beyond.</summary>
    internal Argument Boxes(string name, int stream, int count) => new(
        name, cat([Numbers(stream).Between(0, 1, count, 2), Numbers(stream + 1).Between(0.1, 0.6, count, 2)], 1))
    { Differentiable = true };

    /// <summary>What it costs to give a target to a query.</summary>
    internal Argument Costs() => new("costs", Numbers().Reals(Q, N));

    /// <summary>Scores of each query for the classes and, last, for "no object".</summary>
    internal Argument Logits() => new("logits", Numbers(4).Reals(Q, K + 1)) { Differentiable = true, Extremes = [1e4, -1e4] };

    /// <summary>The targets' classes.</summary>
    internal Argument Labels() => new("labels", Numbers(5).Indices(K, N));

    /// <summary>A query for each target, no query twice.</summary>
    internal Argument Match() => new("match", Numbers(6).Between(0, 1, Q).argsort(0).narrow(0, 0, N).clone());

    /// <summary>Few queries, fewer targets, at times none.</summary>
    internal static Gen<SetCase> Any(Func<SetCase, IReadOnlyList<Argument>> arguments, int least = 0) =>
        from q in Gen.Choose(1, 5)
        from n in Gen.Choose(Math.Min(least, q), q)
        from k in Gen.Choose(1, 3)
        from tenths in Gen.Elements(1, 5, 10)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SetCase { Q = q, N = n, K = k, Tenths = tenths, Seed = seed, Arguments = arguments };
}

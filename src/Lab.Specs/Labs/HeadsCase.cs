using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Labs;

/// <summary>Features of a few examples, and the weights of a small head or backbone.</summary>
public sealed record HeadsCase : LabCase
{
    /// <summary>Examples B.</summary>
    public int B { get; init; } = 1;

    /// <summary>Width D of what comes in.</summary>
    public int D { get; init; } = 1;

    /// <summary>Width K of what goes out.</summary>
    public int K { get; init; } = 1;

    /// <summary>What is drawn for the exercise.</summary>
    internal Func<HeadsCase, IReadOnlyList<Argument>> Arguments { get; init; } = _ => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => Arguments(this);

    /// <summary>Rows of real numbers, one an example.</summary>
    internal Argument Rows(string name, int stream, int width) =>
        new(name, Numbers(stream).Reals(B, width)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] };

    /// <summary>Weights, the same for every example.</summary>
    internal Argument Weights(string name, int stream, params long[] shape) =>
        new(name, Numbers(stream).Between(-1.5, 1.5, shape)) { Differentiable = true };

    /// <summary>A class for each example.</summary>
    internal TorchSharp.torch.Tensor Labels(int classes, int examples) => Numbers(1).Indices(classes, examples);

    /// <summary>Few examples, few features, features that are all alike or large.</summary>
    internal static Gen<HeadsCase> Any(Func<HeadsCase, IReadOnlyList<Argument>> arguments) =>
        from b in Gen.Choose(1, 5)
        from d in Gen.Choose(1, 5)
        from k in Gen.Choose(1, 5)
        from scale in Gen.Elements(0.0, 1.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new HeadsCase { B = b, D = d, K = k, Scale = scale, Seed = seed, Arguments = arguments };
}

using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Dense;

/// <summary>Images or features, and the numbers of a module that reads them.</summary>
public abstract record ImageCase : ModuleCase
{
    /// <summary>Images.</summary>
    public int B { get; init; } = 2;

    /// <summary>Channels.</summary>
    public int C { get; init; } = 2;

    /// <summary>Height.</summary>
    public int H { get; init; } = 3;

    /// <summary>Width.</summary>
    public int W { get; init; } = 4;

    /// <summary>Classes, keypoints, bins, dimensions.</summary>
    public int K { get; init; } = 2;

    /// <summary>The shortest side that the module reads.</summary>
    protected virtual int Least => 1;

    /// <summary>What the module's argument is called.</summary>
    protected virtual string InputName => "features";

    /// <summary>What learns, and the channels of every batch norm by its name.</summary>
    private protected abstract Layout Layout { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<StateEntry> Parameters => Layout.Parameters;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<StateEntry> Buffers => Layout.Buffers;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
        [new(InputName, Numbers().Reals(B, C, H, W)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] }];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (C > 1)
            yield return this with { C = C - 1 };
        if (K > 2)
            yield return this with { K = K - 1 };
        if (H > Least)
            yield return this with { H = H - 1 };
        if (W > Least)
            yield return this with { W = W - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Names and shapes of a module's state, listed layer by layer.</summary>
internal sealed class Layout
{
    public List<StateEntry> Parameters { get; } = [];

    public List<StateEntry> Buffers { get; } = [];

    /// <summary>How many numbers learn.</summary>
    public long Count => Parameters.Sum(p => p.Shape.Aggregate(1L, (product, size) => product * size));

    public Layout Add(string name, params long[] shape)
    {
        Parameters.Add(new(name, shape));
        return this;
    }

    public Layout Conv(string name, long to, long from, long kernel, bool bias = true)
    {
        Add($"{name}.weight", to, from, kernel, kernel);
        return bias ? Add($"{name}.bias", to) : this;
    }

    public Layout Linear(string name, long to, long from, bool bias = true)
    {
        Add($"{name}.weight", to, from);
        return bias ? Add($"{name}.bias", to) : this;
    }

    public Layout LayerNorm(string name, long width) => Add($"{name}.weight", width).Add($"{name}.bias", width);

    public Layout Norm(string name, long channels)
    {
        Buffers.AddRange(
            [new($"{name}.running_mean", channels), new($"{name}.running_var", channels), new($"{name}.num_batches_tracked")]);
        return LayerNorm(name, channels);
    }

    /// <summary>A convolution without bias as <c>name.first</c>, and a batch norm behind it.</summary>
    public Layout ConvNorm(string name, int first, long to, long from, long kernel) =>
        Conv($"{name}.{first}", to, from, kernel, bias: false).Norm($"{name}.{first + 1}", to);

    /// <summary>Two 3x3 convolutions with batch norm and ReLU.</summary>
    public Layout Twice(string name, long to, long from) => ConvNorm(name, 0, to, from, 3).ConvNorm(name, 3, to, to, 3);
}

/// <summary>The layers of an oracle: the library's functions, on parameters by name, in evaluation mode.</summary>
internal sealed class Formulas(IReadOnlyDictionary<string, Tensor> p)
{
    public Tensor this[string name] => p[name];

    public Tensor Conv(Tensor x, string name, long stride = 1, long padding = 0, long rate = 1, long groups = 1) => F.conv2d(
        x, p[$"{name}.weight"], p.GetValueOrDefault($"{name}.bias"), strides: [stride, stride], padding: [padding, padding],
        dilation: [rate, rate], groups: groups);

    /// <summary>Batch norm with the statistics that it starts from: mean 0, variance 1.</summary>
    public Tensor Norm(Tensor x, string name) =>
        x / Math.Sqrt(1 + 1e-5) * p[$"{name}.weight"].reshape(1, -1, 1, 1) + p[$"{name}.bias"].reshape(1, -1, 1, 1);

    public Tensor ConvNormRelu(Tensor x, string name, int first, long padding = 1, long rate = 1) =>
        F.relu(Norm(Conv(x, $"{name}.{first}", padding: padding, rate: rate), $"{name}.{first + 1}"));

    public Tensor Twice(Tensor x, string name) => ConvNormRelu(ConvNormRelu(x, name, 0), name, 3);

    public Tensor Linear(Tensor x, string name) => F.linear(x, p[$"{name}.weight"], p.GetValueOrDefault($"{name}.bias"));

    public Tensor LayerNorm(Tensor x, string name, double epsilon = 1e-5)
    {
        var centred = x - x.mean([-1], keepdim: true);
        return centred / (centred.square().mean([-1], keepdim: true) + epsilon).sqrt() * p[$"{name}.weight"] + p[$"{name}.bias"];
    }
}

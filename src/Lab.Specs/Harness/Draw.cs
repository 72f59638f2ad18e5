using static TorchSharp.torch;

namespace Lab.Specs.Harness;

/// <summary>Random tensors from a seed: the only randomness of a case.</summary>
public sealed class Draw
{
    private readonly ulong seed;
    private readonly double scale;
    private readonly int? decimals;
    private ulong calls;

    internal Draw(int seed, int stream, double scale, int? decimals)
    {
        this.seed = ((ulong)(uint)seed << 8) | ((uint)stream << 4);
        this.scale = scale;
        this.decimals = decimals;
    }

    /// <summary>Normal numbers with the case's scale, float64.</summary>
    public Tensor Reals(params long[] shape) =>
        With(g => Rounded(randn(shape, dtype: ScalarType.Float64, generator: g) * scale));

    /// <summary>Numbers evenly spread over an interval, float64.</summary>
    public Tensor Between(double low, double high, params long[] shape) =>
        With(g => Rounded(low + (high - low) * rand(shape, dtype: ScalarType.Float64, generator: g)).clamp(low, high));

    /// <summary>Class indices in [0, <paramref name="classes"/>), int64.</summary>
    public Tensor Indices(long classes, params long[] shape) =>
        With(g => randint(0, classes, shape, dtype: ScalarType.Int64, generator: g));

    /// <summary>True with the given probability.</summary>
    public Tensor Mask(double probability, params long[] shape) =>
        With(g => rand(shape, dtype: ScalarType.Float64, generator: g) < probability);

    /// <summary>Distributions along dimension <paramref name="dim"/>, float64.</summary>
    public Tensor Distributions(long dim, params long[] shape)
    {
        var mass = With(g => rand(shape, dtype: ScalarType.Float64, generator: g) + 0.01);
        return mass / mass.sum(dim, keepdim: true);
    }

    private Tensor With(Func<Generator, Tensor> sample)
    {
        using var generator = new Generator(seed + calls++, CPU);
        return sample(generator);
    }

    /// <summary>To so many decimals; at -1, to one significant digit: 1000 often says as much as 1313, and reads better.</summary>
    private Tensor Rounded(Tensor values)
    {
        if (decimals is not { } places)
            return values;
        var unit = places < 0 ? tensor(10.0).pow(values.abs().clamp(min: 1).log10().floor()) : tensor(Math.Pow(10, -places));
        return (values / unit).round() * unit + 0.0;      // -0 + 0 is 0
    }
}

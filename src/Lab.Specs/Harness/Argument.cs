using static TorchSharp.torch;

namespace Lab.Specs.Harness;

/// <summary>One tensor that an op is given, and what the laws may do with it.</summary>
/// <param name="Name">The name of the op's parameter.</param>
/// <param name="Value">Drawn from the case's seed; real numbers in float64.</param>
public sealed record Argument(string Name, Tensor Value)
{
    /// <summary>Whether the op is differentiable in it.</summary>
    public bool Differentiable { get; init; }

    /// <summary>The dimension that counts examples; null when the argument is the same for every example.</summary>
    public int? BatchDim { get; init; }

    /// <summary>Entries of extreme size with which value and gradient must still be right: 1e4, or -∞ where legal.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [];

    /// <summary>Entries with which the value must be right, though the gradient need not exist.</summary>
    public IReadOnlyList<double> ExtremesOfValue { get; init; } = [];

    /// <summary>Whether the entries are real numbers, and so have a single-precision version.</summary>
    public bool IsReal => Value.is_floating_point();

    /// <summary>The same argument with another value.</summary>
    public Argument With(Tensor value) => this with { Value = value };
}

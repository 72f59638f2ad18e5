using FsCheck;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using Drawn = System.Func<TorchSharp.torch.Tensor, long, TorchSharp.torch.Generator, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>What the ways to draw tokens have in common.</summary>
public abstract class SamplingSpec : Spec<Drawn, DrawCase>
{
    /// <inheritdoc/>
    public override Gen<DrawCase> Cases => DrawCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;             // rows share the source of chance

    /// <inheritdoc/>
    public override Tensor[] Call(Drawn op, DrawCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        using var generator = new Generator((ulong)@case.Seed, arguments[0].device);
        return [op(arguments[0], @case.Count, generator)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Drawn>> BadInputs =>
    [
        Bad("integer logits", "logits", () => [ones(2, 3, dtype: ScalarType.Int64)], (op, x, g) => op(x[0], 1, g)),
        Bad("null for logits", "logits", () => [], (op, _, g) => op(null!, 1, g)),
        Bad("logits of one row without its dimension", "logits", () => [ones(3)], (op, x, g) => op(x[0], 1, g)),
        Bad("an empty vocabulary", "logits", () => [ones(2, 0)], (op, x, g) => op(x[0], 1, g)),
        Bad("a negative count", "count", () => [ones(2, 3)], (op, x, g) => op(x[0], -1, g)),
        Bad("null for generator", "generator", () => [ones(2, 3)], (op, x, _) => op(x[0], 1, null!)),
    ];

    /// <summary>Six logits whose probabilities differ, and one that is out.</summary>
    protected static Tensor Seven(DrawCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        var six = (@case with { N = 1, V = 6, Scale = 1, Decimals = null }).Draw()[0].Value;
        return cat([six, tensor([double.NegativeInfinity]).unsqueeze(0)], 1);
    }

    private static BadInput<Drawn> Bad(string description, string parameter, Func<Tensor[]> draw, Action<Drawn, Tensor[], Generator> call) =>
        new(description, parameter, draw, (op, x) =>
        {
            using var generator = new Generator(1, CPU);
            call(op, x, generator);
        });
}

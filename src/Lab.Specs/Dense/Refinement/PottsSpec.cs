using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<
    long, System.Collections.Generic.IReadOnlyList<double>, TorchSharp.torch.ScalarType?, TorchSharp.torch.Device?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Refinement;

/// <summary>Sizes of Potts' costs.</summary>
public sealed record PottsCase : Case
{
    /// <summary>Labels.</summary>
    public int K { get; init; } = 2;

    /// <summary>Kernels.</summary>
    public int M { get; init; } = 1;

    internal double[] Weights => [.. Enumerable.Range(0, M).Select(m => m - 0.5)];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => [];
}

/// <summary>Potts' costs entry by entry.</summary>
public sealed class PottsSpec : Spec<Op, PottsCase>
{
    /// <inheritdoc/>
    public override Op Op => DenseCrf.Potts;

    /// <inheritdoc/>
    public override Op Oracle => (labels, weights, _, _) =>
    {
        var costs = new double[weights.Count, labels, labels];
        for (var m = 0; m < weights.Count; m++)
            for (var a = 0; a < labels; a++)
                for (var b = 0; b < labels; b++)
                    costs[m, a, b] = a == b ? 0 : weights[m];
        return tensor(costs);
    };

    /// <inheritdoc/>
    public override Gen<PottsCase> Cases =>
        from k in Gen.Choose(1, 4)
        from m in Gen.Choose(1, 3)
        select new PottsCase { K = k, M = m };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, PottsCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        return [op(@case.K, @case.Weights, ScalarType.Float64, null)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        new("no labels", "labels", () => [], (op, _) => op(0, [1], null, null)),
        new("null for weights", "weights", () => [], (op, _) => op(2, null!, null, null)),
        new("no weights", "weights", () => [], (op, _) => op(2, [], null, null)),
        new("a weight that is no number", "weights", () => [], (op, _) => op(2, [1, double.NaN], null, null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, PottsCase>> OwnLaws =>
    [
        Own("dtype and device are those asked for", "Float32 and the CPU unless said otherwise.", (op, _) =>
        {
            using var usual = op(2, [1], null, null);
            using var there = op(2, [1], ScalarType.Float16, META);
            return Verdict.Require(usual.dtype == ScalarType.Float32 && usual.device_type == DeviceType.CPU, $"It is {usual.dtype} on {usual.device}.")
                .Then(() => Verdict.Require(there.dtype == ScalarType.Float16 && there.device_type == DeviceType.META, $"It is {there.dtype} on {there.device}."));
        }) with { Cases = 1 },
    ];
}

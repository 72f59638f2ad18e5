using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Suppression against the library's index_fill.</summary>
public sealed class SuppressSpec : FilterSpec<Func<Tensor, IReadOnlyList<long>, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, IReadOnlyList<long>, Tensor> Op => LogitFilter.Suppress;

    /// <inheritdoc/>
    public override Func<Tensor, IReadOnlyList<long>, Tensor> Oracle => (logits, tokens) => tokens.Count == 0
        ? logits.clone()
        : logits.index_fill(1, tensor([.. tokens], dtype: ScalarType.Int64, device: logits.device), double.NegativeInfinity);

    /// <inheritdoc/>
    public override Gen<FilterCase> Cases => FilterCase.Any(Gen.Choose(0, 4).Select(n => (double)n));

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, IReadOnlyList<long>, Tensor> op, FilterCase @case, Tensor[] arguments) =>
        [op(arguments[0], [.. Enumerable.Range(0, (int)@case.Number).Select(i => (long)(@case.Seed / (i + 1) % @case.V))])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, IReadOnlyList<long>, Tensor>>> BadInputs =>
    [
        .. BadLogits((op, x) => op(x, [1])),
        new("null for tokens", "tokens", () => [ones(2, 3)], (op, x) => op(x[0], null!)),
        new("token 3 of 3", "tokens", () => [ones(2, 3)], (op, x) => op(x[0], [0, 3])),
        new("token -1", "tokens", () => [ones(2, 3)], (op, x) => op(x[0], [-1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, IReadOnlyList<long>, Tensor>, FilterCase>> OwnLaws => [KeepsOrDrops, GradientPasses];
}

using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences;

/// <summary>Expected cost against the cost of every path, weighted by its probability.</summary>
public sealed class MinimumRiskSpec : TaggedSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => Crf.MinimumRisk;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, tags, transitions, start, end, mask, costs) => AllPaths.Each(
        new(emissions, null, transitions, start, end, mask), (all, b) =>
        {
            var cost = zeros_like(all.Scores);
            for (var n = 0; n < all.Places.Count; n++)
            {
                var (here, gold) = (all.Paths.select(1, n), tags[b, all.Places[n]]);
                cost += costs is null ? here.ne(gold).to(cost.dtype) : costs.index_select(0, gold.reshape(1)).squeeze(0).index_select(0, here);
            }
            return (all.Probabilities * cost).sum();
        });

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x)
    {
        using var scope = NewDisposeScope();
        return [op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, Costs(@case, x)).MoveToOuterDisposeScope()];
    }

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) => op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, null);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        .. base.BadInputs,
        new("costs of another width", "costs", () => [ones(2, 3, 4), zeros([2, 3], ScalarType.Int64), ones(4, 4), ones(3, 3)],
            (op, x) => op(x[0], x[1], x[2], null, null, null, x[3])),
        new("costs of another dtype", "costs", () => [ones(2, 3, 4), zeros([2, 3], ScalarType.Int64), ones(4, 4), ones(4, 4, dtype: ScalarType.Float64)],
            (op, x) => op(x[0], x[1], x[2], null, null, null, x[3])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("it lies between no error and all errors", "Without a table it is the expected number of wrong tags: 0 to n.", (op, c) =>
        {
            var x = (c with { Forbidden = 0 }).Drawn();
            var risk = op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, null);
            var most = (x.Mask?.sum(1) ?? full(c.B, c.T)).to(ScalarType.Float64);
            return Verdict.Require(risk.ge(-1e-9).logical_and(risk <= most + 1e-9).all().ToBoolean(), "It lies outside [0, n].");
        }),
    ];

    /// <summary>A table in every third case.</summary>
    private static Tensor? Costs(ChainCase @case, ChainTensors x) => @case.Seed % 3 != 0 ? null
        : arange(@case.K * @case.K, dtype: x.Emissions.dtype, device: x.Emissions.device).reshape(@case.K, @case.K) / @case.K;
}

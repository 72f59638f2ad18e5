using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, Lab.Core.Sequences.ChainCounts>;

namespace Lab.Specs.Sequences;

/// <summary>Expected counts against counts on all paths, weighted by their probabilities.</summary>
public sealed class ExpectedCountsSpec : ChainSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => Crf.ExpectedCounts;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, transitions, start, end, mask) =>
    {
        var count = (int)emissions.size(2);
        var x = new ChainTensors(emissions, null, transitions, start, end, mask);
        Tensor Mean(AllPaths all, IEnumerable<Tensor> hits) => hits.Aggregate(
            zeros([], emissions.dtype), (sum, hit) => sum + (all.Probabilities * hit).sum());
        Tensor Each(Func<AllPaths, int, Tensor> of) => AllPaths.Each(x, (all, _) => stack([.. Enumerable.Range(0, count).Select(k => of(all, k))]));
        return new(
            Each((all, k) => Mean(all, all.Places.Take(1).Select((_, n) => all.Has(n, k)))),
            Each((all, i) => stack([.. Enumerable.Range(0, count).Select(j =>
                Mean(all, all.Places.Skip(1).Select((_, n) => all.Has(n, i).logical_and(all.Has(n + 1, j)))))])),
            Each((all, k) => Mean(all, all.Places.TakeLast(1).Select(_ => all.Has(all.Places.Count - 1, k)))),
            Each((all, k) => Mean(all, all.Places.Select((_, n) => all.Has(n, k)))));
    };

    /// <inheritdoc/>
    public override Gen<ChainCase> Cases => ChainCase.Any.Select(c => c with { Outputs = 4 });

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x)
    {
        var (start, transitions, end, tags) = op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask);
        return [start, transitions, end, tags];
    }

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) => op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask);

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("they are the gradient of log Z", "In transitions, summed over chains, and in start and end: by the kernel's own gradient.", (op, c) =>
        {
            var x = (c with { Ends = true, Forbidden = 0 }).Drawn();
            Tensor[] leaves = [.. new[] { x.Start!, x.Transitions, x.End! }.Select(t => t.clone().requires_grad_())];
            Crf.LogPartition(x.Emissions, leaves[1], leaves[0], leaves[2], x.Mask).sum().backward();
            var counts = Call(op, c, x);
            return leaves.Zip(counts).Aggregate(Verdict.Holds, (verdict, pair) => verdict.Then(() =>
                Comparison.Same("counts", pair.Second.sum([0]), pair.First.grad!, Tolerance)));
        }),
    ];
}

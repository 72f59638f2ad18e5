using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, Lab.Core.Sequences.CrfForm, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences;

/// <summary>log Z against the sum over all paths, in each form.</summary>
public sealed class LogPartitionSpec : ChainSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => Crf.LogPartition;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, transitions, start, end, mask, _) =>
        AllPaths.Each(new(emissions, null, transitions, start, end, mask), (all, _) => all.LogPartition);

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x) =>
        [op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, @case.Form)];

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) => op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, CrfForm.Auto);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        .. base.BadInputs,
        new("a form that there is not", "form", () => [ones(2, 3, 4), ones(4, 4)], (op, x) => op(x[0], x[1], null, null, null, (CrfForm)9)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("it is a smooth maximum over paths", "It is at least the best path's score, and at most that plus n·log K.", (op, c) =>
        {
            var x = c.Drawn();
            var got = Call(op, c, x)[0];
            var (best, count) = (
                AllPaths.Each(x, (all, _) => all.Scores.amax(0)), AllPaths.Each(x, (all, _) => tensor((double)all.Paths.size(0))));
            return Verdict.Require(
                got.ge(best - 1e-9).logical_and(got <= best + count.log() + 1e-9).logical_or(best.isneginf()).all().ToBoolean(),
                "It lies outside [best, best + n·log K].");
        }),
        Own("places that are not valid are cut out", "A mask gives what the valid places give as a chain by themselves.", (op, c) =>
        {
            var x = (c with { Masking = Masking.Holes }).Drawn();
            var got = op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, c.Form);
            return Enumerable.Range(0, c.B).Aggregate(Verdict.Holds, (verdict, b) => verdict.Then(() =>
            {
                var valid = x.Mask![b].nonzero().squeeze(1);
                var alone = valid.numel() == 0
                    ? zeros(1, dtype: ScalarType.Float64)
                    : op(x.Emissions[b].index_select(0, valid).unsqueeze(0), x.Transitions, x.Start, x.End, null, c.Form);
                return Comparison.Same("result", got[b], alone[0], Tolerance);
            }));
        }),
        Own("all forms agree on long chains", "On chains too long to enumerate, wide and narrow, each form gives what the loop gives, value and gradient.", (op, c) =>
        {
            var x = Long(c);
            return new[] { CrfForm.Scan, CrfForm.Kernel, CrfForm.Auto }.Aggregate(Verdict.Holds, (verdict, form) => verdict.Then(() =>
            {
                var (expected, got) = (Gradients(op, x, CrfForm.Loop), Gradients(op, x, form));
                return expected.Zip(got).Aggregate(Verdict.Holds, (v, pair) => v.Then(() =>
                    Comparison.Same($"result of {form}", pair.Second, pair.First, new Tolerance(1e-8, 1e-8))));
            }));
        }) with { Cases = 20 },
        Own("a narrow gate is passed", "Where all that counts must pass a tag far below the best, nothing vanishes: value and gradient stay right.", (op, _) =>
        {
            // Tag 0 is worth more than tag 1 at every place, changing costs much or cannot be, and only tag 1 may end.
            (double Worth, double Change)[] gates = [(200, -900), (20, double.NegativeInfinity), (7, -250), (5, -60)];
            return gates.SelectMany(gate => new[] { CrfForm.Scan, CrfForm.Kernel }.Select(form => (gate, form))).Aggregate(Verdict.Holds, (verdict, at) => verdict.Then(() =>
            {
                var emissions = tensor([at.gate.Worth, 0.0]).expand(1, 40, 2).contiguous();
                var transitions = tensor(new[,] { { 0.0, at.gate.Change }, { at.gate.Change, 0.0 } });
                var x = new ChainTensors(emissions, null, transitions, null, tensor([double.NegativeInfinity, 0.0]), null);
                return Gradients(op, x, CrfForm.Loop).Zip(Gradients(op, x, at.form)).Aggregate(Verdict.Holds, (v, pair) => v.Then(() =>
                    Comparison.Same($"result of {at.form}", pair.Second, pair.First, new Tolerance(1e-9, 1e-9))));
            }));
        }) with { Cases = 1 },
        Own("what was small may grow again", "A tag that falls e^740 behind is not lost: it may win in the end.", (op, _) =>
        {
            // Three tags that never change. 0 leads until it is ruled out; then 2 leads 1 by e^100; then 1 gains e^200.
            (double Out, double Change)[] ways = [(double.NegativeInfinity, double.NegativeInfinity), (-290, -3000)];
            return ways.SelectMany(way => new[] { CrfForm.Scan, CrfForm.Kernel }.Select(form => (way, form))).Aggregate(Verdict.Holds, (verdict, at) => verdict.Then(() =>
            {
                var emissions = tensor([18.5, 0.0, 2.5]).repeat(1, 45, 1);
                emissions[0].narrow(0, 40, 4).copy_(tensor([at.way.Out, 0.0, 0.0]));
                emissions[0, 44] = tensor([0.0, 200.0, 0.0]);
                var transitions = full([3, 3], at.way.Change, ScalarType.Float64).masked_fill(eye(3, dtype: ScalarType.Bool), 0);
                var x = new ChainTensors(emissions, null, transitions, null, null, null);
                return Gradients(op, x, CrfForm.Loop).Zip(Gradients(op, x, at.form)).Aggregate(Verdict.Holds, (v, pair) => v.Then(() =>
                    Comparison.Same($"result of {at.form}", pair.Second, pair.First, new Tolerance(1e-9, 1e-9))));
            }));
        }) with { Cases = 1 },
        Own("no chain is too long for its numbers", "Over 600 places, where products of probabilities leave float64 many times, and a tag that cannot be reached is worth e^9 a place: value and gradient stay right.", (op, _) =>
        {
            var emissions = (new ChainCase { B = 2, T = 600, K = 3, Seed = 3 }.Drawn().Emissions + tensor([0.0, 0.0, 9.0])).contiguous();
            var transitions = tensor(new[,] { { 0.5, -1, double.NegativeInfinity }, { 0, -0.5, double.NegativeInfinity }, { 0.0, 0, 0 } });
            var reached = transitions.masked_fill(transitions.isneginf(), -0.5);
            ChainTensors[] all =
            [
                new(emissions, null, reached, null, null, null),
                new(emissions, null, transitions, tensor([0.0, 0.0, double.NegativeInfinity]), null, null),
            ];
            return all.Aggregate(Verdict.Holds, (verdict, x) => verdict.Then(() =>
                Gradients(op, x, CrfForm.Loop).Zip(Gradients(op, x, CrfForm.Kernel)).Aggregate(Verdict.Holds, (v, pair) => v.Then(() =>
                    Comparison.Same("result", pair.Second, pair.First, new Tolerance(1e-8, 1e-8))))));
        }) with { Cases = 1 },
        Own("the graph can be run again", "With a kept graph a second backward gives the same gradient: what was saved is only read.", (op, c) =>
        {
            var x = c.Drawn();
            var emissions = x.Emissions.requires_grad_();
            var total = op(emissions, x.Transitions, x.Start, x.End, x.Mask, c.Form).nan_to_num(0, 0, 0).sum();
            var first = autograd.grad([total], [emissions], retain_graph: true)[0].clone();
            var second = autograd.grad([total], [emissions])[0];
            return Comparison.Same("second gradient", second, first, new Tolerance(0, 0));
        }) with { Cases = 30 },
    ];

    /// <summary>Chains of 70 places over 10 tags (or 17 over 33), with what else the case says.</summary>
    internal static ChainTensors Long(ChainCase c) => (c with
    {
        B = 3,
        T = c.Seed % 2 == 0 ? 70 : 17,
        K = c.Seed % 2 == 0 ? 10 : 33,
    }).Drawn();

    private static Tensor[] Gradients(Op op, ChainTensors x, CrfForm form)
    {
        Tensor[] leaves = [.. new[] { x.Emissions, x.Transitions, x.Start, x.End }.OfType<Tensor>().Select(t => t.clone().requires_grad_())];
        var both = x.Start is not null;
        var value = op(leaves[0], leaves[1], both ? leaves[2] : null, x.End is null ? null : leaves[^1], x.Mask, form);
        var factors = arange(1, value.numel() + 1, dtype: value.dtype);
        (value.nan_to_num(0, 0, 0) * factors).sum().backward();
        return [value.detach(), .. leaves.Select(leaf => leaf.grad ?? zeros_like(leaf))];
    }
}

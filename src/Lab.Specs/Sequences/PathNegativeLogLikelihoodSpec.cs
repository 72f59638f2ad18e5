using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, Lab.Core.Sequences.CrfForm, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences;

/// <summary>The loss of a CRF against the logarithm of the path's share among all, in each form.</summary>
public sealed class PathNegativeLogLikelihoodSpec : TaggedSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => Crf.PathNegativeLogLikelihood;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, tags, transitions, start, end, mask, _) => AllPaths.Each(
        new(emissions, null, transitions, start, end, mask), (all, b) =>
        {
            var score = all.Scores[all.Number(tags, b, emissions.size(2))];
            return score.isneginf().ToBoolean() ? tensor(double.PositiveInfinity, score.dtype) : all.LogPartition - score;
        });

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x) =>
        [op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, @case.Form)];

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) =>
        op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, CrfForm.Auto);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        .. base.BadInputs,
        new("a form that there is not", "form", () => [ones(2, 3, 4), zeros([2, 3], ScalarType.Int64), ones(4, 4)],
            (op, x) => op(x[0], x[1], x[2], null, null, null, (CrfForm)9)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("probabilities of all paths sum to 1", "exp(-loss), added up over all paths of a chain, is 1: no path is more probable than all together.", (op, c) =>
        {
            var x = (c with { B = 1, Masking = Masking.None, Forbidden = 0 }).Drawn();
            var all = AllPaths.Of(x)[0];
            var emissions = x.Emissions.expand(all.Paths.size(0), -1, -1);
            var losses = op(emissions, all.Paths, x.Transitions, x.Start, x.End, null, c.Form);
            return Verdict.Require(losses.ge(-1e-9).all().ToBoolean(), $"A path has a loss of {losses.min().ToDouble():G4}: more probable than certain.")
                .Then(() => Comparison.Same("sum", (-losses).exp().sum(), ones([], ScalarType.Float64), Tolerance));
        }),
        Own("from and to are not swapped", "With start = [10, 0] and 5 for the step from tag 1 to tag 0 alone, the path 0, 1 costs 0.693 + 0.003 nats.", (op, c) =>
        {
            var transitions = tensor(new double[,] { { 0, 0 }, { 5, 0 } });
            var loss = op(zeros([1, 2, 2], ScalarType.Float64), tensor(new[,] { { 0L, 1L } }), transitions, tensor([10.0, 0.0]), null, null, c.Form);
            var paths = Math.Log(2 * Math.Exp(10) + Math.Exp(5) + 1);
            return Comparison.Same("loss", loss, tensor([paths - 10]), Tolerance);
        }) with { Cases = 4 },
        Own("the gradient is what is expected less what is there", "In emissions it is p(yₜ = k) - [yₜ = k]; in transitions, the expected less the true number.", (op, c) =>
        {
            var x = (c with { Forbidden = 0 }).Drawn();
            var (emissions, transitions) = (x.Emissions.clone().requires_grad_(), x.Transitions.clone().requires_grad_());
            op(emissions, x.Tags!, transitions, x.Start, x.End, x.Mask, c.Form).sum().backward();
            var valid = x.Mask ?? ones([c.B, c.T], ScalarType.Bool);
            var oneHot = nn.functional.one_hot(x.Tags!, c.K) * valid.unsqueeze(2);
            var marginals = zeros_like(emissions);
            foreach (var (all, b) in AllPaths.Of(x).Select((all, b) => (all, b)))
                for (var n = 0; n < all.Places.Count; n++)
                    for (var k = 0; k < c.K; k++)
                        marginals[b, all.Places[n], k] = all.Probabilities.masked_select(all.Has(n, k)).sum();
            var counts = (transitions.grad ?? zeros_like(transitions)).sum();
            return Comparison.Same("gradient in emissions", emissions.grad!, marginals - oneHot, new Tolerance(1e-7, 1e-7))
                .Then(() => Comparison.Same("sum of the gradient in transitions", counts, zeros([], ScalarType.Float64), new Tolerance(0, 1e-7)));
        }) with { Cases = 50 },
        Own("a forbidden path pushes nothing", "It costs +∞, and every gradient is 0; the other chains of the batch are as they would be.", (op, c) =>
        {
            var emissions = zeros([2, 2, 2], ScalarType.Float64).requires_grad_();
            var transitions = tensor(new[,] { { 0, double.NegativeInfinity }, { 0, 0 } }).requires_grad_();
            var losses = op(emissions, tensor(new[,] { { 0L, 1L }, { 0L, 0L } }), transitions, null, null, null, c.Form);
            losses.sum().backward();
            return Comparison.Same("loss", losses, tensor([double.PositiveInfinity, Math.Log(3)]), Tolerance)
                .Then(() => Comparison.Same("gradient", emissions.grad![0], zeros([2, 2], ScalarType.Float64), Tolerance))
                .Then(() => Comparison.Same("gradient", transitions.grad!, tensor(new[,] { { 1 / 3.0 - 1, 0 }, { 1 / 3.0, 1 / 3.0 } }), Tolerance));
        }) with { Cases = 8 },
        Own("all forms agree on long chains", "On chains too long to enumerate, wide and narrow, each form gives what the loop gives, value and gradient.", (op, c) =>
        {
            var x = LogPartitionSpec.Long(c);
            var expected = Gradients(op, x, CrfForm.Loop);
            return new[] { CrfForm.Scan, CrfForm.Kernel, CrfForm.Auto }.Aggregate(Verdict.Holds, (verdict, form) => verdict.Then(() =>
                expected.Zip(Gradients(op, x, form)).Aggregate(Verdict.Holds, (v, pair) => v.Then(() =>
                    Comparison.Same($"result of {form}", pair.Second, pair.First, new Tolerance(1e-8, 1e-8))))));
        }) with { Cases = 20 },
        Own("in single precision long chains keep their digits", "On float32 the kernel, which computes in float64, gives the loop's float64 result, value and gradient, rounded.", (op, c) =>
        {
            var x = LogPartitionSpec.Long(c with { Scale = Math.Min(c.Scale, 30) });
            var single = new ChainTensors(Single(x.Emissions)!, x.Tags, Single(x.Transitions)!, Single(x.Start), Single(x.End), x.Mask);
            var wide = new ChainTensors(Wide(single.Emissions)!, x.Tags, Wide(single.Transitions)!, Wide(single.Start), Wide(single.End), x.Mask);
            return Gradients(op, wide, CrfForm.Loop).Zip(Gradients(op, single, CrfForm.Kernel)).Aggregate(Verdict.Holds, (v, pair) => v.Then(() =>
                Comparison.Same("result", pair.Second.to(ScalarType.Float64), pair.First, new Tolerance(1e-6, 1e-6))));
        }) with { Cases = 10 },
        Own("a chain out of the ordinary harms no other", "One with scores too far apart, and one whose right path is forbidden, among nine: the kernel gives each chain the loop's gradient.", (op, c) =>
        {
            var x = (c with { B = 9, T = 5, K = 4, Scale = 1, Forbidden = 0, Masking = Masking.None }).Drawn();
            x.Emissions[0].mul_(1e3);
            x.Emissions[1, 2, x.Tags![1, 2].ToInt64()] = tensor(double.NegativeInfinity);
            return Gradients(op, x, CrfForm.Loop).Zip(Gradients(op, x, CrfForm.Kernel)).Aggregate(Verdict.Holds, (v, pair) => v.Then(() =>
                Comparison.Same("result", pair.Second, pair.First, Tolerance)));
        }) with { Cases = 5 },
        Own("few places of many tags", "Where the gradient of each chain would fill the memory it is found in the backward pass: it is that of the loop.", (op, _) =>
        {
            var x = new ChainCase { B = 48, T = 2, K = 320, Masking = Masking.Prefix, Ends = true, Tagged = true, Seed = 5 }.Drawn();
            return Gradients(op, x, CrfForm.Loop).Zip(Gradients(op, x, CrfForm.Kernel)).Aggregate(Verdict.Holds, (v, pair) => v.Then(() =>
                Comparison.Same("result", pair.Second, pair.First, new Tolerance(1e-9, 1e-9))));
        }) with { Cases = 1 },
        Own("what has no gradient has none of ∞ either", "Where ∞ comes from above, padded places, and chains whose right path is forbidden, still get 0 from the kernel and not NaN.", (op, _) =>
        {
            var emissions = zeros([2, 20, 9], ScalarType.Float64).requires_grad_();
            var transitions = zeros([9, 9], ScalarType.Float64);
            transitions[0, 1] = tensor(double.NegativeInfinity);
            var tags = zeros([2, 20], ScalarType.Int64);
            tags[0, 1] = tensor(1L);
            var mask = ones([2, 20], ScalarType.Bool);
            mask[1, 3] = tensor(false);
            var losses = op(emissions, tags, transitions, null, null, mask, CrfForm.Kernel);
            losses.backward([full_like(losses, double.PositiveInfinity)]);
            return Comparison.Same("gradient of a forbidden path", emissions.grad![0], zeros([20, 9], ScalarType.Float64), Tolerance)
                .Then(() => Comparison.Same("gradient at a padded place", emissions.grad![1, 3], zeros(9, ScalarType.Float64), Tolerance));
        }) with { Cases = 1 },
        Own("threads add up alike", "A kernel that several threads share gives the gradient that one gives.", (op, c) =>
        {
            var x = (c with { B = 7, T = 40, K = 24, Form = CrfForm.Kernel }).Drawn();
            var before = get_num_threads();
            try
            {
                set_num_threads(1);
                var expected = Gradients(op, x, CrfForm.Kernel);
                set_num_threads(3);
                return expected.Zip(Gradients(op, x, CrfForm.Kernel)).Aggregate(Verdict.Holds, (v, pair) => v.Then(() =>
                    Comparison.Same("result", pair.Second, pair.First, new Tolerance(1e-10, 1e-10))));
            }
            finally
            {
                set_num_threads(before);
            }
        }) with { Cases = 5 },
    ];

    private static Tensor? Single(Tensor? scores) => scores?.to(ScalarType.Float32);

    private static Tensor? Wide(Tensor? scores) => scores?.to(ScalarType.Float64);

    /// <summary>The losses, and the gradients in all scores there are.</summary>
    private static Tensor[] Gradients(Op op, ChainTensors x, CrfForm form)
    {
        var leaves = new[] { x.Emissions, x.Transitions, x.Start, x.End }.Select(t => t?.clone().requires_grad_()).ToArray();
        var losses = op(leaves[0]!, x.Tags!, leaves[1]!, leaves[2], leaves[3], x.Mask, form);
        (losses.masked_fill(losses.isinf(), 0) * arange(1, losses.numel() + 1, dtype: losses.dtype)).sum().backward();
        return [losses.detach(), .. leaves.OfType<Tensor>().Select(leaf => leaf.grad ?? zeros_like(leaf))];
    }
}

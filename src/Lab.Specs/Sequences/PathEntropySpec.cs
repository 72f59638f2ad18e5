using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences;

/// <summary>The entropy against -Σ p·log p over all paths.</summary>
public sealed class PathEntropySpec : ChainSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => Crf.PathEntropy;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, transitions, start, end, mask) => AllPaths.Each(
        new(emissions, null, transitions, start, end, mask), (all, _) =>
        {
            if (all.Possible is not { } some)
                return zeros([], emissions.dtype);
            var logProbs = all.Scores.index_select(0, some) - all.LogPartition;
            return -(logProbs.exp() * logProbs).sum();
        });

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-8, 1e-8); // the oracle multiplies by log p of size 1e4

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x) => [op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask)];

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) => op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask);

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("it lies between certain and all alike", "0 ≤ H ≤ n·log K; with equal scores it is n·log K.", (op, c) =>
        {
            var x = (c with { Forbidden = 0 }).Drawn();
            var most = (x.Mask?.sum(1) ?? full(c.B, c.T)).to(ScalarType.Float64) * Math.Log(c.K);
            var got = op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask);
            var alike = op(zeros_like(x.Emissions), zeros_like(x.Transitions), null, null, x.Mask);
            return Verdict.Require(got.ge(-1e-12).logical_and(got <= most + 1e-9).all().ToBoolean(), "It lies outside [0, n·log K].")
                .Then(() => Comparison.Same("entropy of equal scores", alike, most, Tolerance));
        }),
        Own("it is the mean loss of what is drawn", "Paths drawn from the distribution cost, on average, its entropy.", (op, c) =>
        {
            const int Draws = 4000;
            var x = (c with { B = 1, T = 12, K = 4, Scale = 1, Masking = Masking.None, Forbidden = 0 }).Drawn();
            using var generator = new Generator((ulong)c.Seed, CPU);
            var tags = Crf.SamplePaths(x.Emissions, x.Transitions, Draws, generator, x.Start, x.End).squeeze(0);
            var losses = Crf.PathNegativeLogLikelihood(x.Emissions.expand(Draws, -1, -1), tags, x.Transitions, x.Start, x.End);
            var error = losses.std() / Math.Sqrt(Draws);
            return Verdict.Require(
                ((losses.mean() - op(x.Emissions, x.Transitions, x.Start, x.End, null)).abs() <= 6 * error + 1e-9).all().ToBoolean(),
                "The mean loss is six standard errors off.");
        }) with { Cases = 10 },
    ];
}

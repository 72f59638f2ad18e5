using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, long, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Activations;

/// <summary>Sparsemax against a threshold that is found by halving, without sorting.</summary>
public sealed class SparsemaxSpec : Spec<Op, LogitsCase>
{
    /// <inheritdoc/>
    public override Op Op => Activation.Sparsemax;

    /// <inheritdoc/>
    public override Op Oracle => (scores, dim) =>
    {
        var last = scores.movedim([dim], [-1]);
        var rows = ClosedForm.Numbers(last.contiguous()).Chunk((int)last.size(-1)).ToArray();
        var thresholds = rows.Select(Halving.Threshold).ToArray();
        var support = tensor(rows.SelectMany((row, i) => row.Select(z => z > thresholds[i])).ToArray()).reshape(last.shape);
        var tau = tensor(thresholds).to(last.dtype).reshape([.. last.shape[..^1], 1]);

        // τ's slope in the scores of the support is 1/m each: its value is the one found, its gradient that of the mean.
        var size = support.sum(-1, keepdim: true, type: last.dtype);
        var mean = last.masked_fill(support.logical_not(), 0).sum(-1, keepdim: true) / size;
        var p = (last - (tau + mean - mean.detach())).masked_fill(support.logical_not(), 0);
        return p.masked_fill(tau.isnan(), double.NaN).movedim([-1], [dim]);
    };

    /// <inheritdoc/>
    public override Gen<LogitsCase> Cases =>
        from c in LogitsCase.Any
        from scale in Gen.Elements(0.0, 0.1, 0.5, 1.0, 30.0, 1e3)
        select c with
        {
            Name = "scores",
            Scale = scale,
            Extremes = [1e4, -1e4, double.NegativeInfinity],
            ExtremesOfValue = [double.PositiveInfinity, double.NaN],
        };

    /// <inheritdoc/>
    public override bool SmoothAt(LogitsCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        var last = @case.Draw()[0].Value.movedim([@case.Dim], [-1]).contiguous();
        return ClosedForm.Numbers(last).Chunk((int)last.size(-1)).All(row =>
        {
            var tau = Halving.Threshold(row);
            return row.All(z => Math.Abs(z - tau) > 1e-4 * Math.Max(1, Math.Abs(z)));
        });
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, LogitsCase @case, Tensor[] arguments) => [op(arguments[0], @case.Dim)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs => CommonBadInputs.AlongDimension<Op>("scores", (op, x, dim) => op(x, dim));

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, LogitsCase>> OwnLaws =>
    [
        Own("rows sum to one", "Along its dimension the result is a distribution: nothing negative, and the sum is 1.", (op, c) =>
        {
            var p = op(c.Draw()[0].Value, c.Dim);
            return Comparison.Same("sum", p.sum(c.Dim), ones_like(p.sum(c.Dim)), Tolerance)
                .Then(() => Verdict.Require(p.min().ToDouble() >= 0, "A probability is negative."));
        }),
        Own("a constant added to a row changes nothing", "Only differences of scores matter.", (op, c) =>
        {
            var scores = c.Draw()[0].Value;
            var coarse = (scores.clamp(-8, 8) * 4).round().to(ScalarType.Float32) / 4;
            return Comparison.Same("result", op(scores + 4096, c.Dim), op(scores, c.Dim), new Tolerance(1e-8, 1e-10))
                .Then(() => Comparison.Same("result in float32", op(coarse + (1 << 21), c.Dim), op(coarse, c.Dim), new Tolerance(1e-5, 1e-6)));
        }),
        Own("many entries of half precision are added in single", "Of 3000 scores in float16 it gives what float32 gives for the same scores, rounded.", (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var scores = (randn([2, 3000], generator: generator) * 1e-3).to(ScalarType.Float16);
            return Comparison.Same("result", op(scores, 1), op(scores.to(ScalarType.Float32), 1).to(ScalarType.Float16), new Tolerance(0, 0));
        }) with { Cases = 3 },
        Own("what is left of the scores is level where there is a share", "z - p is the same for all entries that have a share, and no more for the others (Moreau): no distribution is nearer.", (op, c) =>
        {
            var scores = c.Draw()[0].Value;
            var p = op(scores, c.Dim);
            var rest = scores - p;
            var level = rest.amax([c.Dim], keepdim: true).expand(rest.shape);
            return Comparison.Same("rest", where(p > 0, rest, level), level, new Tolerance(1e-12, 1e-12));
        }),
        Own("scores within 1/K of each other all keep a share, and a lead of 1 takes all", "Unlike softmax it depends on the scale of the scores which entries are exactly 0.", (op, c) =>
        {
            var scores = c.Draw()[0].Value;
            var classes = scores.size(c.Dim < 0 ? c.Dim + (int)scores.dim() : c.Dim);
            var span = scores.amax([c.Dim], keepdim: true) - scores.amin([c.Dim], keepdim: true);
            var near = scores * (0.99 / classes) / span.clamp(min: 1e-9);
            var lead = zeros_like(scores).scatter(c.Dim, scores.argmax(c.Dim, keepdim: true), ones_like(scores));
            return Verdict.Require(op(near, c.Dim).gt(0).all().ToBoolean(), "An entry near the others has no share.")
                .Then(() => Comparison.Same("result", op(scores + lead, c.Dim), lead, new Tolerance(1e-12, 1e-12)));
        }),
        Own("its Jacobian is a projection", "Within the support diag(1) - 1/m, so that applied twice it is the same, and rows sum to 0.", (op, c) =>
        {
            if (!SmoothAt(c))
                return Verdict.DoesNotApply;
            var scores = c.Draw()[0].Value;
            Tensor Along(Tensor direction)
            {
                var z = scores.clone().requires_grad_();
                (op(z, c.Dim) * direction).sum().backward();
                return z.grad!;
            }
            using var generator = new Generator((ulong)c.Seed, CPU);
            var once = Along(randn(scores.shape, ScalarType.Float64, generator: generator));
            var sum = once.sum(c.Dim);
            return Comparison.Same("gradient's gradient", Along(once), once, Tolerance)
                .Then(() => Comparison.Same("sum", sum, zeros_like(sum), Tolerance))
                .Then(() => Comparison.Same("gradient out of the support", once.masked_fill(op(scores, c.Dim) > 0, 0), zeros_like(once), Tolerance));
        }) with { Cases = 50 },
    ];
}

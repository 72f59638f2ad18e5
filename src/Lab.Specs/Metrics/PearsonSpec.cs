using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Metrics;

/// <summary>Pearson's correlation against the library's cosine of the centred inputs.</summary>
public sealed class PearsonSpec : Spec<Func<Tensor, Tensor, Tensor>, PairsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Metric.Pearson;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (predictions, targets) =>
        F.cosine_similarity(Centred(predictions), Centred(targets), 0, 1e-300);

    /// <inheritdoc/>
    public override Gen<PairsCase> Cases => PairsCase.Any.Select(c => c with { Extremes = [1e4, -1e4] });

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool SmoothAt(PairsCase @case) => @case is { Scale: > 0, B: > 2, Ties: false, Decimals: null };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, PairsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs => PairsBadInputs.All;

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, PairsCase>> OwnLaws =>
    [
        Own("scale and offset do not matter", "r(a·x + b, y) is r(x, y) for a > 0 and -r(x, y) for a < 0, for huge and tiny a too.", (op, c) =>
        {
            var drawn = c.Draw();
            var (x, y) = (drawn[0].Value, drawn[1].Value);
            var r = op(x, y);
            var loose = new Tolerance(0, 1e-9);
            return Comparison.Same("result", op(3 * x + 7, y), r, loose)
                .Then(() => Comparison.Same("result", op(-3 * x + 7, y), -r, loose))
                .Then(() => Comparison.Same("result", op(1e200 * x, y), r, loose))
                .Then(() => Comparison.Same("result", op(x, 1e-200 * y), r, loose));
        }),
        Own("it is 1 with itself and never more", "r(x, x) = 1 where x is not constant, |r| ≤ 1 without exception, and x and y can change places.", (op, c) =>
        {
            var drawn = c.Draw();
            var (x, y) = (drawn[0].Value, drawn[1].Value);
            var varied = (x.amax([0]) != x.amin([0])).to(ScalarType.Float64);
            var r = op(x, y);
            return Comparison.Same("correlation with itself", op(x, x), varied, Tolerance)
                .Then(() => Verdict.Require(r.abs().le(1).all().item<bool>(), "It lies outside [-1, 1]."))
                .Then(() => Comparison.Same("result", op(y, x), r, Tolerance));
        }),
        Own("a constant has no correlation", "Three times 0.1, whose mean is not 0.1 to the last digit, has correlation 0 with gradient 0.", (op, _) =>
        {
            var x = tensor([0.1, 0.1, 0.1], requires_grad: true);
            var r = op(x, tensor([1.0, 2.0, 4.0]));
            r.backward();
            return Comparison.Same("result", r, tensor(0.0), Tolerance)
                .Then(() => Comparison.Same("gradient", x.grad!, zeros_like(x), Tolerance));
        }) with { Cases = 1 },
        Own("a large offset costs no digits", "Added to whole numbers, 2^40 changes the correlation by rounding alone.", (op, c) =>
        {
            var drawn = (c with { Ties = true, Scale = 30, Offset = 0 }).Draw();
            var (x, y) = (drawn[0].Value, drawn[1].Value);
            return Comparison.Same("result", op(x + Math.Pow(2, 40), y), op(x, y), new Tolerance(0, 1e-12));
        }),
        Own("the gradient says nothing of offset and scale", "It sums to 0 and is orthogonal to the predictions.", (op, c) =>
        {
            var drawn = (c with { Offset = 0, Scale = 1, Ties = false }).Draw();
            var x = drawn[0].Value.requires_grad_();
            op(x, drawn[1].Value).sum().backward();
            var (sum, along) = (x.grad!.sum([0]), (x.grad! * x).sum([0]));
            return Comparison.Same("sum of the gradient", sum, zeros_like(sum), new Tolerance(0, 1e-9))
                .Then(() => Comparison.Same("gradient · x", along, zeros_like(along), new Tolerance(0, 1e-9)));
        }),
    ];

    /// <summary>x - x̄, and zeros for a constant column.</summary>
    private static Tensor Centred(Tensor x)
    {
        var constant = (x == x[0]).all(0);
        return (x - x.mean([0], keepdim: true)).masked_fill(constant, 0);
    }
}

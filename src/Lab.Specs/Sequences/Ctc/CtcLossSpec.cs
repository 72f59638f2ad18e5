using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Core.Sequences.Ctc;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sequences.Ctc;

/// <summary>CTC against all alignments one by one, and against the library's.</summary>
public sealed class CtcLossSpec : Spec<Func<Tensor, Tensor, Tensor?, Tensor?, long, bool, Tensor>, CtcCase>
{
    private static readonly bool[] both = [false, true];

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor?, long, bool, Tensor> Op => Alignment.CtcLoss;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor?, long, bool, Tensor> Oracle =>
        (logProbs, targets, inputLengths, targetLengths, blank, zeroInfinity) =>
        {
            var losses = -CtcEnumeration.LogProbability(logProbs, targets, inputLengths, targetLengths, blank);
            return zeroInfinity ? losses.masked_fill(losses.isposinf(), 0) : losses;
        };

    /// <inheritdoc/>
    public override Gen<CtcCase> Cases => CtcCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, Tensor?, Tensor?, long, bool, Tensor> op, CtcCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments.ElementAtOrDefault(2), arguments.ElementAtOrDefault(3), @case.Blank, @case.ZeroInfinity)];

    /// <inheritdoc/>
    public override bool SmoothAt(CtcCase @case) => @case.IsFeasible();     // ∞ - ∞ is no difference

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(CtcCase @case, double magnitude) =>
        Tolerance.InSingle(magnitude * Math.Max(1, @case.T));                // a score is a sum over frames

    /// <inheritdoc/>
    public override bool HasKernel => true;

    /// <inheritdoc/>
    public override CtcCase Enlarge(CtcCase @case) => @case with
    {
        B = @case.B + 3,
        T = @case.T + 40,
        K = @case.K + 25,
        U = 3 * @case.U,
    };

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(CtcCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, Tensor?, long, bool, Tensor>>> BadInputs =>
        CtcBadInputs.OfTargets<Func<Tensor, Tensor, Tensor?, Tensor?, long, bool, Tensor>>(
            (op, scores, targets, inputLengths, targetLengths, blank) => op(scores, targets, inputLengths, targetLengths, blank, false));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, Tensor?, long, bool, Tensor>, CtcCase>> OwnLaws =>
    [
        Own("it is the library's", "At tens of frames, value and gradient under a log-softmax are those of ctc_loss, where it is finite.", (op, c) =>
        {
            var large = c with { B = 2 + c.B, T = 10 * c.T, K = 3 + c.K, U = 3 * c.U, Scale = Math.Min(c.Scale, 3) };
            var drawn = large.Draw();
            var frames = large.Lengths ? drawn[2].Value : full([large.B], large.T, dtype: ScalarType.Int64);
            var labels = large.Lengths ? drawn[3].Value : full([large.B], large.U, dtype: ScalarType.Int64);
            if (!large.IsFeasible() || frames.eq(0).any().ToBoolean() || large.U == 0)
                return Verdict.DoesNotApply;
            var (mine, theirs) = (drawn[0].Value.clone().requires_grad_(), drawn[0].Value.clone().requires_grad_());
            var got = op(Activation.LogSoftmax(mine, 2), drawn[1].Value, frames, labels, large.Blank, false);
            var expected = F.ctc_loss(
                theirs.log_softmax(2).transpose(0, 1), drawn[1].Value, frames, labels, large.Blank, reduction: nn.Reduction.None);
            var factors = arange(1, large.B + 1, dtype: ScalarType.Float64);
            (got * factors).sum().backward();
            (expected * factors).sum().backward();
            return Comparison.Same("result", got, expected, Tolerance)
                .Then(() => Comparison.Same("gradient", mine.grad!, theirs.grad!, new Tolerance(1e-8, 1e-10)));
        }) with { Cases = 40 },
        Own("all labels together are certain", "The probabilities of all label sequences that fit sum to 1.", (op, c) =>
        {
            var frames = Math.Min(c.T, 4);
            var logProbs = (c with { T = frames, B = 1, U = 0, Lengths = false }).Draw()[0].Value.log_softmax(2);
            var sequences = CtcEnumeration.Paths(c.K, frames).Select(p => CtcEnumeration.Collapse(p, c.Blank))
                .DistinctBy(labels => string.Join(' ', labels)).ToArray();
            var total = sequences.Sum(labels =>
                Math.Exp(-op(logProbs, tensor(labels).reshape(1, -1), null, null, c.Blank, false).ToDouble()));
            return Comparison.Same("sum of all probabilities", tensor(total), tensor(1.0), Tolerance);
        }) with { Cases = 30 },
        Own("each frame has one class", "The gradient is minus a distribution over classes at each valid frame: it sums to -1.", (op, c) =>
        {
            var drawn = c.Draw();
            var logProbs = drawn[0].Value.clone().requires_grad_();
            var losses = Call(op, c with { ZeroInfinity = true }, [logProbs, .. drawn.Skip(1).Select(a => a.Value)])[0];
            if (!c.IsFeasible() || c.T == 0)
                return Verdict.DoesNotApply;
            losses.sum().backward();
            var valid = c.Lengths ? arange(c.T) < drawn[2].Value.unsqueeze(1) : ones([c.B, c.T], dtype: ScalarType.Bool);
            return Comparison.Same("sum of the gradient", logProbs.grad!.sum(2), -valid.to(ScalarType.Float64), Tolerance);
        }),
        Own("time can run backwards", "Frames and labels in reverse order cost the same.", (op, c) =>
        {
            var plain = c with { Lengths = false };
            var drawn = plain.Draw();
            return Comparison.Same(
                "result", op(drawn[0].Value.flip(1), drawn[1].Value.flip(1), null, null, c.Blank, false),
                op(drawn[0].Value, drawn[1].Value, null, null, c.Blank, false), Tolerance);
        }),
        Own("a repeated label needs a blank between", "Two frames hold 'a b' and cannot hold 'a a'; three frames can, in one way.", (op, _) =>
        {
            var two = full([1, 2, 3], Math.Log(1.0 / 3), dtype: ScalarType.Float64);
            var three = full([1, 3, 3], Math.Log(1.0 / 3), dtype: ScalarType.Float64);
            var (ab, aa) = (tensor([1L, 2]).reshape(1, 2), tensor([1L, 1]).reshape(1, 2));
            return Comparison.Same("result", op(two, ab, null, null, 0, false), tensor([Math.Log(9)]), Tolerance)
                .Then(() => Comparison.Same("result", op(two, aa, null, null, 0, false), tensor([double.PositiveInfinity]), Tolerance))
                .Then(() => Comparison.Same("result", op(three, aa, null, null, 0, false), tensor([Math.Log(27)]), Tolerance));
        }) with { Cases = 1 },
        Own("what cannot be learnt is not learnt", "Where no alignment fits, the gradient is 0, with the loss at +∞ or at 0.", (op, c) =>
            both.Aggregate(Verdict.Holds, (verdict, zero) => verdict.Then(() =>
            {
                var logProbs = (c with { T = 1, K = 2, Blank = 0, Lengths = false }).Draw()[0].Value.requires_grad_();
                var loss = op(logProbs, ones([c.B, 2], dtype: ScalarType.Int64), null, null, 0, zero);
                loss.sum().backward();
                return Comparison.Same("result", loss, full_like(loss, zero ? 0 : double.PositiveInfinity), Tolerance)
                    .Then(() => Comparison.Same("gradient", logProbs.grad!, zeros_like(logProbs), Tolerance));
            }))) with { Cases = 5 },
    ];
}

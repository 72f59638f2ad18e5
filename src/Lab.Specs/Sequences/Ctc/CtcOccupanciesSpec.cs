using FsCheck;
using Lab.Core.Sequences.Ctc;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Ctc;

/// <summary>Forward-backward against counting over all alignments.</summary>
public sealed class CtcOccupanciesSpec : Spec<Func<Tensor, Tensor, Tensor?, Tensor?, long, Tensor>, CtcCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor?, long, Tensor> Op => Alignment.CtcOccupancies;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor?, long, Tensor> Oracle =>
        (logProbs, targets, inputLengths, targetLengths, blank) =>
        {
            var (frames, states) = (logProbs.size(1), 2 * targets.size(1) + 1);
            return CtcEnumeration.PerExample(logProbs, targets, inputLengths, targetLengths, blank, (scores, paths) =>
            {
                var none = zeros([frames, states], dtype: logProbs.dtype);
                if (paths.Length == 0 || paths[0].Length == 0)
                    return none;
                var logs = CtcEnumeration.Scores(scores, paths);
                if (logs.detach().isneginf().all().ToBoolean())
                    return none;
                var weights = logs.softmax(0);                            // [P]: p(alignment | labels)
                var visits = zeros([paths.Length, frames, states], dtype: logProbs.dtype);
                foreach (var (p, path) in paths.Index())
                    foreach (var (t, state) in CtcEnumeration.States(path, blank).Index())
                        visits[p, t, state] = 1.0;
                return (weights.reshape(-1, 1, 1) * visits).sum([0L]);
            }, [frames, states]);
        };

    /// <inheritdoc/>
    public override Gen<CtcCase> Cases => CtcCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor?, Tensor?, long, Tensor> op, CtcCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments.ElementAtOrDefault(2), arguments.ElementAtOrDefault(3), @case.Blank)];

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude); // sums of 5 scores, in an exp

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(CtcCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, Tensor?, long, Tensor>>> BadInputs =>
        CtcBadInputs.OfTargets<Func<Tensor, Tensor, Tensor?, Tensor?, long, Tensor>>(
            (op, scores, targets, inputLengths, targetLengths, blank) => op(scores, targets, inputLengths, targetLengths, blank));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, Tensor?, long, Tensor>, CtcCase>> OwnLaws =>
    [
        Own("every frame is somewhere", "Each valid frame of an example that fits sums to 1 over the states.", (op, c) =>
        {
            var drawn = c.Draw();
            if (!c.IsFeasible() || c.T == 0)
                return Verdict.DoesNotApply;
            var sums = Call(op, c, [.. drawn.Select(a => a.Value)])[0].sum(2);
            var valid = c.Lengths ? arange(c.T) < drawn[2].Value.unsqueeze(1) : ones([c.B, c.T], dtype: ScalarType.Bool);
            return Comparison.Same("sum over states", sums, valid.to(ScalarType.Float64), Tolerance);
        }),
        Own("every label is somewhere", "Over time each label is held for at least one frame.", (op, c) =>
        {
            var plain = c with { Lengths = false };
            if (!plain.IsFeasible() || plain.U == 0)
                return Verdict.DoesNotApply;
            var drawn = plain.Draw();
            var held = Call(op, plain, [.. drawn.Select(a => a.Value)])[0].sum(1)[TensorIndex.Colon, TensorIndex.Slice(1, null, 2)];
            return Verdict.Require(held.ge(1 - 1e-9).all().ToBoolean(), $"A label is held for {held.min().ToDouble()} frames.");
        }),
        Own("it is the gradient of the loss", "Summed over the states of a class, it is minus the gradient of CtcLoss.", (op, c) =>
        {
            var drawn = c.Draw();
            var (logProbs, targets) = (drawn[0].Value.clone().requires_grad_(), drawn[1].Value);
            var (frames, labels) = (drawn.ElementAtOrDefault(2)?.Value, drawn.ElementAtOrDefault(3)?.Value);
            if (c.T == 0)
                return Verdict.DoesNotApply;
            Alignment.CtcLoss(logProbs, targets, frames, labels, c.Blank, zeroInfinity: true).sum().backward();
            var occupancies = op(drawn[0].Value, targets, frames, labels, c.Blank);
            var classes = full([c.B, occupancies.size(2)], c.Blank, dtype: ScalarType.Int64);
            for (var u = 0; u < c.U; u++)
                classes[TensorIndex.Colon, 2 * u + 1] = targets.select(1, u);
            var byClass = zeros_like(drawn[0].Value).scatter_add(2, classes.unsqueeze(1).expand(occupancies.shape), occupancies);
            return Comparison.Same("sum by class", byClass, -logProbs.grad!, Tolerance);
        }),
    ];
}

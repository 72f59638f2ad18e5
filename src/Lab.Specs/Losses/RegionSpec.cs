using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>What holds of every loss of regions over the classes of a softmax.</summary>
/// <typeparam name="TOp">The op's signature.</typeparam>
public abstract class RegionSpec<TOp> : Spec<TOp, RegionCase>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public override bool HasKernel => true;

    /// <inheritdoc/>
    public override RegionCase Enlarge(RegionCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Enlarged();
    }

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(RegionCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.DisturbIgnored(arguments);
    }

    /// <summary>Calls a version with the case's options and usual ones where it does not matter.</summary>
    protected Tensor Apply(TOp op, RegionCase @case, Tensor logits, Tensor targets) => Call(op, @case, [logits, targets])[0];

    /// <summary>What is refused of logits, targets, and the options that all share.</summary>
    protected static IEnumerable<BadInput<TOp>> Refused(
        Func<TOp, Tensor, Tensor, double, RegionClasses, RegionScope, Tensor> call) =>
    [
        .. ClassBadInputs.Of<TOp>("logits", (op, z, y, _) => call(op, z, y, 0, RegionClasses.Present, RegionScope.Image))
            .Where(bad => bad.Parameter != "weight"),
        new("a negative smoothing", "smoothing", Usual, (op, x) => call(op, x[0], x[1], -1, RegionClasses.Present, RegionScope.Image)),
        new("smoothing NaN", "smoothing", Usual, (op, x) => call(op, x[0], x[1], double.NaN, RegionClasses.Present, RegionScope.Image)),
        new("all classes without smoothing", "smoothing", Usual, (op, x) => call(op, x[0], x[1], 0, RegionClasses.All, RegionScope.Image)),
        new("classes that are neither", "classes", Usual, (op, x) => call(op, x[0], x[1], 0, (RegionClasses)2, RegionScope.Image)),
        new("a scope that is neither", "scope", Usual, (op, x) => call(op, x[0], x[1], 0, RegionClasses.Present, (RegionScope)2)),
    ];

    /// <summary>Two pixels of three classes.</summary>
    protected static Tensor[] Usual() => [ones(1, 3, 2), zeros(1, 2, dtype: ScalarType.Int64)];

    /// <summary>Laws of all of them.</summary>
    protected IEnumerable<Law<TOp, RegionCase>> LawsOfRegions =>
    [
        Own("what is found exactly costs nothing", "Sure and right in every pixel, the loss is 0; sure and wrong in every pixel, it is 1, over present classes.", (op, c) =>
        {
            var sure = c with { Ignored = 0, Smoothing = 0, Classes = RegionClasses.Present, Scale = 1, IgnoreIndex = Loss.DefaultIgnoreIndex };
            var targets = sure.Draw()[1].Value;
            var right = OneHot(targets, c.K) * 1e4;
            var got = Apply(op, sure, right, targets);
            var verdict = Comparison.Same("result where all is right", got, zeros_like(got), Tolerance);
            if (c.K == 1)
                return verdict;
            var wrong = Apply(op, sure, right.roll(1, 1), targets);
            return verdict.Then(() => Comparison.Same("result where all is wrong", wrong, ones_like(wrong), Tolerance));
        }),
        Own("where pixels lie does not matter", "The loss of pixels in another order is the same: it sees sums and no places.", (op, c) =>
        {
            var drawn = c.Draw();
            var (logits, targets) = (drawn[0].Value.reshape(c.B, c.K, -1), drawn[1].Value.reshape(c.B, -1));
            return Comparison.Same("result", Apply(op, c, logits.flip(2), targets.flip(1)), Apply(op, c, drawn[0].Value, drawn[1].Value), Tolerance);
        }),
        Own("an absent class counts only where asked", "What is predicted of a class that the targets do not show changes nothing under Present, and costs under All.", (op, c) =>
        {
            if (c.K < 2)
                return Verdict.DoesNotApply;
            var some = c with { Shown = 1, Ignored = 0, Smoothing = 1e-3, Alpha = 1, Scale = 1, Classes = RegionClasses.Present, IgnoreIndex = Loss.DefaultIgnoreIndex };
            var targets = some.Draw()[1].Value;
            var logits = OneHot(targets, c.K) * 8.0;                      // the documents' Dice gives 0.666 here
            var present = Apply(op, some, logits, targets);
            var all = Apply(op, some with { Classes = RegionClasses.All }, logits, targets);
            return Verdict.Require(present.max().ToDouble() < 0.02, $"Sure and right of the only class, the loss is {present.max().ToDouble()}.")
                .Then(() => Verdict.Require(
                    (c.K * all > present + 1e-4).all().ToBoolean(), "Under All, a false alarm of an absent class cost nothing."));
        }),
        Own("a trace of an absent class harms nothing", "Where its probability is so small that its square is 0, value and gradient are those of no trace at all.", (op, c) =>
        {
            var present = c with { Classes = RegionClasses.Present, Smoothing = 0, IgnoreIndex = Loss.DefaultIgnoreIndex };
            var targets = zeros(1, 3, dtype: ScalarType.Int64);
            var verdict = Verdict.Holds;
            foreach (var (dtype, trace) in new[] { (ScalarType.Float64, -740), (ScalarType.Float64, -400), (ScalarType.Float32, -100), (ScalarType.Float32, -60) })
            {
                var logits = tensor([0.0, 0, 0, trace, trace, trace]).reshape(1, 2, 3).to(dtype).requires_grad_();
                var loss = Apply(op, present, logits, targets);
                loss.sum().backward();
                verdict = verdict.Then(() => Comparison.Same("result", loss, zeros_like(loss), new Tolerance(0, 1e-12)))
                    .Then(() => Comparison.Same("gradient", logits.grad!, zeros_like(logits), new Tolerance(0, 1e-12)));
            }
            return verdict;
        }),
        Own("of one image, the batch is the image", "For a batch of one the scope does not matter, in value and gradient.", (op, c) =>
        {
            var one = c with { B = 1 };
            var drawn = one.Draw();
            var (a, b) = (drawn[0].Value.clone().requires_grad_(), drawn[0].Value.clone().requires_grad_());
            var (image, batch) = (Apply(op, one with { Scope = RegionScope.Image }, a, drawn[1].Value), Apply(op, one with { Scope = RegionScope.Batch }, b, drawn[1].Value));
            image.sum().backward();
            batch.backward();
            return Comparison.Same("result", batch, image.squeeze(0), Tolerance).Then(() => Comparison.Same("gradient", b.grad!, a.grad!, Tolerance));
        }),
        Own("an image of which all is ignored has loss 0", "With gradient 0, in whatever else the batch holds.", (op, c) =>
        {
            var none = c with { Ignored = 1 };
            var drawn = none.Draw();
            var logits = drawn[0].Value.requires_grad_();
            var losses = Apply(op, none, logits, drawn[1].Value);
            losses.sum().backward();
            return Comparison.Same("result", losses, zeros_like(losses), Tolerance)
                .Then(() => Comparison.Same("gradient", logits.grad!, zeros_like(logits), Tolerance));
        }),
        Own("a large image can be counted in 16 bits", "An image of 140,000 pixels, of either class more than float16 can count, has the loss that it has in float32.", (op, c) =>
        {
            var targets = cat([zeros(1, 70_000, dtype: ScalarType.Int64), ones(1, 70_000, dtype: ScalarType.Int64)], 1);
            var logits = OneHot(targets, 2) * 2;
            var usual = c with { Classes = RegionClasses.Present, IgnoreIndex = Loss.DefaultIgnoreIndex };
            return Comparison.Same(
                "result", Apply(op, usual, logits.to(ScalarType.Float16), targets), Apply(op, usual, logits.to(ScalarType.Float32), targets),
                new Tolerance(2e-3, 0));
        }) with { Cases = 2 },
    ];

    /// <summary>1 at the class of each pixel.</summary>
    private protected static Tensor OneHot(Tensor targets, int classes) =>
        nn.functional.one_hot(targets, classes).movedim([-1], [1]).to(ScalarType.Float64);
}

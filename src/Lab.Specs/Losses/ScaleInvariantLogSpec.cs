using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Depth maps, and what was measured of them.</summary>
public sealed record DepthMapsCase : Case
{
    /// <summary>Images first.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>λ.</summary>
    public double Balance { get; init; } = 0.5;

    /// <summary>Whether some pixels were not measured.</summary>
    public bool Masked { get; init; }

    /// <summary>Whether the predictions are right, up to a factor per image.</summary>
    public bool Proportional { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var targets = Numbers(1).Between(-2, 4, Shape.Sizes).exp();
        var depths = Proportional ? targets * 1.5 : Numbers().Between(-2, 4, Shape.Sizes).exp();
        return
        [
            new("depths", depths) { Differentiable = true, BatchDim = 0, Extremes = [1e4, 1e-4] },
            new("targets", targets) { Differentiable = true, BatchDim = 0 },
            .. Masked ? new Argument[] { new("mask", Numbers(2).Mask(0.5, Shape.Sizes)) { BatchDim = 0 } } : [],
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        if (Masked)
            yield return this with { Masked = false };
        if (Proportional)
            yield return this with { Proportional = false };
        // Not by decimals: a depth must not become 0.
    }
}

/// <summary>Eigen's loss against its double sum over pairs of pixels.</summary>
public sealed class ScaleInvariantLogSpec : Spec<Func<Tensor, Tensor, Tensor?, double, Tensor>, DepthMapsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, double, Tensor> Op => Loss.ScaleInvariantLog;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, double, Tensor> Oracle => (depths, targets, mask, balance) => stack(
        [.. Enumerable.Range(0, (int)depths.size(0)).Select(b =>
        {
            var (d, y) = (depths[b].reshape(-1), targets[b].reshape(-1));
            if (mask is not null)
            {
                var rows = mask[b].reshape(-1).nonzero().squeeze(1);
                (d, y) = (d.index_select(0, rows), y.index_select(0, rows));
            }
            var n = d.size(0);
            if (n == 0)
                return (depths[b] * 0).sum() + (targets[b] * 0).sum();
            var e = d.log() - y.log();
            var pairs = (e.unsqueeze(0) - e.unsqueeze(1)).square().sum() / (2.0 * n * n); // the variance
            return balance * pairs + (1 - balance) * e.square().sum() / n;
        })]);

    /// <inheritdoc/>
    public override Gen<DepthMapsCase> Cases =>
        from rank in Gen.Choose(1, 3)
        from sizes in Gen.Choose(1, 5).ArrayOf(rank)
        from balance in Gen.Elements(0.0, 0.5, 0.85, 1.0)
        from masked in Gen.Elements(false, true)
        from proportional in Gen.Elements(false, false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DepthMapsCase
        {
            Shape = new([.. sizes.Select(s => (long)s)]),
            Balance = balance,
            Masked = masked,
            Proportional = proportional,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor?, double, Tensor> op, DepthMapsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Masked ? arguments[2] : null, @case.Balance)];

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(DepthMapsCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        if (!@case.Masked)
            return null;
        var unseen = arguments[2].Value.logical_not();
        return [.. arguments.Select(a => a.IsReal ? a.With(a.Value.masked_fill(unseen, a.Name == "targets" ? 0 : double.NaN)) : a)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, double, Tensor>>> BadInputs =>
    [
        new("integer depths", "depths", () => [ones(2, 3, dtype: ScalarType.Int64), ones(2, 3)], (op, x) => op(x[0], x[1], null, 0.5)),
        new("null for depths", "depths", () => [ones(2, 3)], (op, x) => op(null!, x[0], null, 0.5)),
        new("a scalar", "depths", () => [ones([]), ones([])], (op, x) => op(x[0], x[1], null, 0.5)),
        new("null for targets", "targets", () => [ones(2, 3)], (op, x) => op(x[0], null!, null, 0.5)),
        new("targets of another shape", "targets", () => [ones(2, 3), ones(2, 1)], (op, x) => op(x[0], x[1], null, 0.5)),
        new("targets of another dtype", "targets", () => [ones(2, 3), ones(2, 3, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], null, 0.5)),
        new("targets on another device", "targets", () => [ones(2, 3), ones([2, 3], device: META)], (op, x) => op(x[0], x[1], null, 0.5)),
        new("a depth of 0", "depths", () => [zeros(2, 3), ones(2, 3)], (op, x) => op(x[0], x[1], null, 0.5)),
        new("a target of 0 that counts", "targets", () => [ones(2, 3), zeros(2, 3)], (op, x) => op(x[0], x[1], null, 0.5)),
        new("a mask of numbers", "mask", () => [ones(2, 3), ones(2, 3), ones(2, 3)], (op, x) => op(x[0], x[1], x[2], 0.5)),
        new("a mask of another shape", "mask", () => [ones(2, 3), ones(2, 3), ones(2, 1, dtype: ScalarType.Bool)], (op, x) => op(x[0], x[1], x[2], 0.5)),
        new("a mask on another device", "mask", () => [ones(2, 3), ones(2, 3), ones([2, 3], ScalarType.Bool, META)], (op, x) => op(x[0], x[1], x[2], 0.5)),
        new("balance -0.1", "balance", () => [ones(2, 3), ones(2, 3)], (op, x) => op(x[0], x[1], null, -0.1)),
        new("balance 1.1", "balance", () => [ones(2, 3), ones(2, 3)], (op, x) => op(x[0], x[1], null, 1.1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, double, Tensor>, DepthMapsCase>> OwnLaws =>
    [
        Own("a common factor costs what is not forgiven", "All depths twice too far cost (1 - λ)·(log 2)²: nothing at λ = 1.", (op, c) =>
        {
            var targets = c.Draw()[1].Value;
            var expected = full(targets.size(0), (1 - c.Balance) * Math.Log(2) * Math.Log(2), dtype: ScalarType.Float64);
            return Comparison.Same("loss", op(2 * targets, targets, null, c.Balance), expected, Tolerance);
        }),
        Own("far off in units is not far off in factors", "Being a tenth too far costs the same at 1 m and at 100 m.", (op, c) =>
        {
            var drawn = c.Draw();
            var (d, y) = (drawn[0].Value, drawn[1].Value);
            return Comparison.Same("loss", op(100 * d, 100 * y, null, c.Balance), op(d, y, null, c.Balance), Tolerance);
        }),
        Own("an image without measurements costs nothing", "Where no pixel counts the loss is 0, and so is the gradient.", (op, c) =>
        {
            var d = c.Draw()[0].Value.requires_grad_();
            var loss = op(d, zeros_like(d), zeros_like(d).to(ScalarType.Bool), c.Balance);
            loss.sum().backward();
            return Comparison.Same("loss", loss, zeros_like(loss), new Tolerance(0, 0))
                .Then(() => Comparison.Same("gradient", d.grad!, zeros_like(d), new Tolerance(0, 0)));
        }),
    ];
}

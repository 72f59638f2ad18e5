using FsCheck;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>InfoNCE against the library's cross-entropy of its cosines.</summary>
public sealed class InfoNceSpec : Spec<Func<Tensor, Tensor, double, bool, Tensor>, ViewsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, bool, Tensor> Op => Loss.InfoNce;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, bool, Tensor> Oracle => (queries, keys, temperature, symmetric) =>
    {
        long[] shape = [queries.size(0), keys.size(0), queries.size(1)];
        var cosines = F.cosine_similarity(queries.unsqueeze(1).expand(shape), keys.unsqueeze(0).expand(shape), 2, 1e-12);
        var own = arange(shape[0], device: queries.device);
        var found = F.cross_entropy(cosines / temperature, own, reduction: nn.Reduction.None);
        return symmetric
            ? 0.5 * found + 0.5 * F.cross_entropy(cosines.transpose(0, 1) / temperature, own, reduction: nn.Reduction.None)
            : found;
    };

    /// <inheritdoc/>
    public override Gen<ViewsCase> Cases => ViewsCase.Any;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool SmoothAt(ViewsCase @case) => @case.Decimals is null && (@case.D > 1);   // one entry: a cosine is a sign

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(ViewsCase @case, double magnitude) => Tolerance.InSingle(1).Times(1 / @case.Temperature);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, double, bool, Tensor> op, ViewsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Temperature, @case.Symmetric)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, bool, Tensor>>> BadInputs =>
    [
        new("integer queries", "queries", () => [ones(2, 3, dtype: ScalarType.Int64), ones(2, 3)], (op, x) => op(x[0], x[1], 1, false)),
        new("null for queries", "queries", () => [ones(2, 3)], (op, x) => op(null!, x[0], 1, false)),
        new("one query without a batch", "queries", () => [ones(3), ones(2, 3)], (op, x) => op(x[0], x[1], 1, false)),
        new("queries without entries", "queries", () => [ones(2, 0), ones(2, 0)], (op, x) => op(x[0], x[1], 1, false)),
        new("null for keys", "keys", () => [ones(2, 3)], (op, x) => op(x[0], null!, 1, false)),
        new("keys of another dtype", "keys", () => [ones(2, 3), ones(2, 3, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], 1, false)),
        new("keys of another width", "keys", () => [ones(2, 3), ones(2, 4)], (op, x) => op(x[0], x[1], 1, false)),
        new("a query without a key", "keys", () => [ones(2, 3), ones(1, 3)], (op, x) => op(x[0], x[1], 1, false)),
        new("a key without a query, where keys ask too", "keys", () => [ones(2, 3), ones(3, 3)], (op, x) => op(x[0], x[1], 1, true)),
        new("one key without a batch", "keys", () => [ones(2, 3), ones(3)], (op, x) => op(x[0], x[1], 1, false)),
        new("keys on another device", "keys", () => [ones(2, 3), ones([2, 3], device: META)], (op, x) => op(x[0], x[1], 1, false)),
        new("temperature 0", "temperature", () => [ones(2, 3)], (op, x) => op(x[0], x[0], 0, false)),
        new("a temperature that is not a number", "temperature", () => [ones(2, 3)], (op, x) => op(x[0], x[0], double.NaN, false)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, bool, Tensor>, ViewsCase>> OwnLaws =>
    [
        Own("all alike cost log N", "Where every vector points the same way the right key is one of N, whatever the lengths.", (op, c) =>
        {
            var drawn = c.Draw();
            var (lengths, others) = (drawn[0].Value[.., ..1].abs() + 1, drawn[1].Value[.., ..1].abs() + 1);
            var losses = op(lengths.expand(-1, c.D), others.expand(-1, c.D), c.Temperature, c.Symmetric);
            return Comparison.Same("loss", losses, full_like(losses, Math.Log(c.B + c.More)), Tolerance);
        }),
        Own("a temperature sets how little it can cost", "A query as near as can be to its key and opposite to all others costs log(1 + (N - 1)·exp(-2/τ)); no batch costs less.", (op, c) =>
        {
            var (query, keys) = (ones(1, c.D, dtype: ScalarType.Float64), -ones(c.B + c.More, c.D, dtype: ScalarType.Float64));
            keys[0] = -keys[0];
            var least = Math.Log(1 + (c.B + c.More - 1) * Math.Exp(-2 / c.Temperature));
            return Comparison.Same("loss", op(query, keys, c.Temperature, false), tensor([least]), Tolerance)
                .Then(() => Verdict.Require((Call(op, c, [.. c.Draw().Select(a => a.Value)])[0] >= least - 1e-9).all().ToBoolean(), "A loss is below it."));
        }),
        Own("symmetric is the mean of both questions", "Queries that look for keys, and keys for queries; and so views may change places.", (op, c) =>
        {
            var drawn = (c with { More = 0 }).Draw();
            var (q, k) = (drawn[0].Value, drawn[1].Value);
            var both = op(q, k, c.Temperature, true);
            return Comparison.Same("loss", both, (op(q, k, c.Temperature, false) + op(k, q, c.Temperature, false)) / 2, Tolerance)
                .Then(() => Comparison.Same("loss", op(k, q, c.Temperature, true), both, Tolerance));
        }),
        Own("lengths do not matter", "Longer vectors cost the same, and no gradient runs along a vector.", (op, c) =>
        {
            var drawn = c.Draw();
            var (q, k) = (drawn[0].Value.requires_grad_(), drawn[1].Value);
            var losses = op(q, k, c.Temperature, c.Symmetric);
            losses.sum().backward();
            var along = (q.grad! * q).sum(1);
            return Comparison.Same("loss", op(1e100 * q, 1e-3 * k, c.Temperature, c.Symmetric), losses, Tolerance)
                .Then(() => Comparison.Same("gradient along the vector", along, zeros_like(along), new Tolerance(0, 1e-9)));
        }),
        Own("a batch of none costs nothing", "No queries give no losses, with or without keys, and a gradient.", (op, c) =>
        {
            var drawn = c.Draw();
            var none = drawn[0].Value[..0].requires_grad_();
            var (losses, alone) = (op(none, drawn[1].Value, c.Temperature, false), op(none, drawn[1].Value[..0], c.Temperature, true));
            (losses.sum() + alone.sum()).backward();
            return Comparison.Same("loss", cat([losses, alone]), zeros(0, dtype: ScalarType.Float64), Tolerance);
        }),
    ];
}

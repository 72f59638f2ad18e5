using FsCheck.Fluent;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>A filter of logits against its definition, row by row in plain doubles.</summary>
/// <typeparam name="TOp">The filter's signature.</typeparam>
public abstract class FilterSpec<TOp> : Spec<TOp, FilterCase>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public override bool IsDifferentiable => false;               // its own law says where a gradient passes

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(0, 0);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => new(0, 0);

    /// <summary>The law of filters that only rule out.</summary>
    protected Law<TOp, FilterCase> KeepsOrDrops => Own("a logit stays or goes", "Every logit is as it was, or -∞.", (op, c) =>
    {
        var arguments = Arguments(c);
        var filtered = Call(op, c, arguments)[0];
        return Verdict.Require(
            filtered.eq(arguments[0]).logical_or(filtered.isneginf()).all().ToBoolean(), "A logit was changed.");
    });

    /// <summary>The law of filters that never rule out all.</summary>
    protected Law<TOp, FilterCase> KeepsTheBest => Own(
        "something can be chosen", "The most probable token of a row stays.", (op, c) =>
        {
            var arguments = Arguments(c);
            var filtered = Call(op, c, arguments)[0];
            return Comparison.Same("greatest logit", filtered.amax([1]), arguments[0].amax([1]), Tolerance);
        });

    /// <summary>The law of gradients.</summary>
    protected Law<TOp, FilterCase> GradientPasses => Own(
        "a gradient passes where a logit stays", "The gradient of a kept logit is that from above, of a dropped one 0.", (op, c) =>
        {
            var arguments = Arguments(c);
            var leaf = arguments[0].requires_grad_();
            var filtered = Call(op, c, arguments)[0];
            var upstream = 1 + arange(filtered.numel(), dtype: filtered.dtype).view_as(filtered);
            var gradient = autograd.grad([filtered], [leaf], [upstream])[0];
            return Comparison.Same("gradient", gradient, where(filtered.isneginf(), 0, upstream), Tolerance);
        });

    /// <summary>The law of filters that see probabilities only.</summary>
    protected Law<TOp, FilterCase> ConstantChangesNothing => Own(
        "a constant added to a row changes nothing", "The same tokens stay for z + 2 as for z.", (op, c) =>
        {
            var arguments = Arguments(c);
            var stays = Call(op, c, arguments)[0].isneginf();
            return Verdict.Require(
                Call(op, c, [arguments[0] + 2, .. arguments[1..]])[0].isneginf().eq(stays).all().ToBoolean(),
                "Other tokens stay.");
        });

    /// <summary>What every filter refuses.</summary>
    protected static IEnumerable<BadInput<TOp>> BadLogits(Action<TOp, Tensor> call) =>
    [
        new("integer logits", "logits", () => [ones(2, 3, dtype: ScalarType.Int64)], (op, x) => call(op, x[0])),
        new("null for logits", "logits", () => [], (op, _) => call(op, null!)),
        new("logits of one row without its dimension", "logits", () => [ones(3)], (op, x) => call(op, x[0])),
        new("logits of three dimensions", "logits", () => [ones(2, 2, 3)], (op, x) => call(op, x[0])),
        new("an empty vocabulary", "logits", () => [ones(2, 0)], (op, x) => call(op, x[0])),
    ];

    /// <summary>What every filter refuses that looks back.</summary>
    protected static IEnumerable<BadInput<TOp>> BadPrefix(Action<TOp, Tensor, Tensor> call) =>
    [
        .. BadLogits((op, x) =>
        {
            using var prefix = zeros(2, 4, dtype: ScalarType.Int64);
            call(op, x, prefix);
        }),
        new("null for prefix", "prefix", () => [ones(2, 3)], (op, x) => call(op, x[0], null!)),
        new("a prefix of other rows", "prefix", () => [ones(2, 3), zeros(3, 4, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1])),
        new("a flat prefix", "prefix", () => [ones(2, 3), zeros(2, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1])),
        new("real tokens", "prefix", () => [ones(2, 3), zeros(2, 4)], (op, x) => call(op, x[0], x[1])),
        new("token 3 of 3", "prefix", () => [ones(2, 3), full([2, 4], 3, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1])),
        new("token -1", "prefix", () => [ones(2, 3), full([2, 4], -1, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1])),
    ];

    /// <summary>Shares that must be in (0, 1].</summary>
    protected static IEnumerable<BadInput<TOp>> BadShares(string name, Action<TOp, Tensor, double> call) =>
        from bad in new[] { 0, -0.5, 1.5, double.NaN }
        select new BadInput<TOp>($"{name} = {bad}", name, () => [ones(2, 3)], (op, x) => call(op, x[0], bad));

    /// <summary>The case's tensors.</summary>
    protected static Tensor[] Arguments(FilterCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return [.. @case.Draw().Select(a => a.Value)];
    }

    /// <summary>An oracle: logits row by row through a function on plain doubles.</summary>
    protected static Tensor ByRow(Tensor logits, Func<double[], long, IEnumerable<double>> filter)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var rows = Enumerable.Range(0, (int)logits.size(0))
            .SelectMany(row => filter([.. logits[row].to(ScalarType.Float64).data<double>()], row));
        return tensor(rows.ToArray(), dtype: ScalarType.Float64).reshape(logits.shape).to(logits.dtype);
    }

    /// <summary>Logits where a token is kept, -∞ elsewhere.</summary>
    protected static IEnumerable<double> Kept(double[] logits, Func<int, bool> keep) =>
        logits.Select((z, v) => keep(v) ? z : double.NegativeInfinity);

    /// <summary>Token indices, the most probable first, ties by index.</summary>
    protected static int[] Ordered(double[] logits) => [.. Enumerable.Range(0, logits.Length).OrderByDescending(v => logits[v])];

    /// <summary>Probabilities.</summary>
    protected static double[] Softmax(double[] logits)
    {
        var max = logits.Max();
        var mass = logits.Sum(z => Math.Exp(z - max));
        return [.. logits.Select(z => Math.Exp(z - max) / mass)];
    }

    /// <summary>The fewest tokens, in order, with so much mass.</summary>
    protected static HashSet<int> Fewest(int[] order, double[] probabilities, double share)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(probabilities);
        var kept = new HashSet<int>();
        var mass = 0.0;
        foreach (var v in order)
        {
            if (kept.Count > 0 && mass >= share - 1e-6)
                break;
            kept.Add(v);
            mass += probabilities[v];
        }
        return kept;
    }
}

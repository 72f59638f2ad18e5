using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>Additive attention against its definition, one query and one key at a time.</summary>
public sealed class AdditiveSpec : AttentionOpSpec
{
    /// <inheritdoc/>
    public override MemberInfo Subject => typeof(Attention).GetMethod(nameof(Attention.Additive))!;

    /// <inheritdoc/>
    public override AttentionOp Op => (queries, keys, values, scoring, mask) =>
        Attention.Additive(queries, keys, values, scoring!, mask);

    /// <inheritdoc/>
    public override AttentionOp Oracle => (queries, keys, values, scoring, mask) =>
    {
        var (count, leading) = (queries.size(-2), queries.shape[..^2]);
        var seen = (mask ?? ones(1, 1, dtype: ScalarType.Bool)).expand([.. leading, count, keys.size(-2)]);
        var (contexts, weights) = (new List<Tensor>(), new List<Tensor>());
        for (var t = 0L; t < count; t++)
        {
            var terms = Enumerable.Range(0, (int)keys.size(-2))
                .Select(s => (scoring! * (queries.select(-2, t) + keys.select(-2, s)).tanh()).sum(-1).exp() * seen.select(-2, t).select(-1, s))
                .ToArray();
            var total = terms.Aggregate((a, b) => a + b);
            var shares = terms.Select(term => term / total.masked_fill(total == 0, 1)).ToArray();
            weights.Add(stack(shares, -1));
            contexts.Add(shares.Select((w, s) => w.unsqueeze(-1) * values.select(-2, s)).Aggregate((a, b) => a + b));
        }
        return new(stack(contexts, -2), stack(weights, -2));
    };

    /// <inheritdoc/>
    protected override bool Scored => true;

    /// <inheritdoc/>
    public override Gen<AttentionCase> Cases => AttentionCase.Any.Select(c => c with { Scored = true });

    /// <inheritdoc/>
    public override IEnumerable<BadInput<AttentionOp>> BadInputs =>
    [
        .. base.BadInputs,
        new("null for scoring", "scoring", () => [ones(4, 3), ones(5, 3)], (op, x) => op(x[0], x[1], x[1], null, null)),
        new("scoring of another width", "scoring", () => [ones(4, 3), ones(5, 3), ones(4)], (op, x) => op(x[0], x[1], x[1], x[2], null)),
        new("scoring of another dtype", "scoring", () => [ones(4, 3), ones(5, 3), ones(3, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], x[1], x[2], null)),
        new("scoring on another device", "scoring", () => [ones(4, 3), ones(5, 3), ones([3], device: META)], (op, x) => op(x[0], x[1], x[1], x[2], null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<AttentionOp, AttentionCase>> OwnLaws =>
    [
        .. base.OwnLaws,
        Own("no key can shout", "Scores stay within the sum of |a|, so two weights differ by a factor of exp(2·Σ|a|) at most, however large the keys.", (op, c) =>
        {
            var x = (c with { Hidden = Hiding.Nothing }).Draw().Select(a => a.Value).ToArray();
            var weights = op(x[0], 1e6 * x[1], x[2], x[3], null).Weights.log();
            var range = weights.amax([-1]) - weights.amin([-1]);
            return Verdict.Require(range.le(2 * x[3].abs().sum() + 1e-9).all().ToBoolean(), "Two weights differ by more.");
        }),
    ];
}

using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sequences;

/// <summary>Dot-product attention against the library's; its weights are the context of values that are a unit matrix.</summary>
public sealed class ScaledDotProductSpec : AttentionOpSpec
{
    /// <inheritdoc/>
    public override MemberInfo Subject => typeof(Attention).GetMethod(nameof(Attention.ScaledDotProduct))!;

    /// <inheritdoc/>
    public override AttentionOp Op => (queries, keys, values, _, mask) => Attention.ScaledDotProduct(queries, keys, values, mask);

    /// <inheritdoc/>
    public override AttentionOp Oracle => (queries, keys, values, _, mask) =>
    {
        var seen = mask?.expand([.. queries.shape[..^1], keys.size(-2)]) ?? ones(queries.size(-2), keys.size(-2), dtype: ScalarType.Bool);
        var blind = seen.any(-1, keepdim: true).logical_not();
        var bias = zeros(seen.shape, dtype: queries.dtype).masked_fill(seen.logical_or(blind).logical_not(), double.NegativeInfinity);
        var unit = eye(keys.size(-2), dtype: queries.dtype).expand([.. keys.shape[..^1], keys.size(-2)]);
        return new(Library(values), Library(unit));

        Tensor Library(Tensor v) => F.scaled_dot_product_attention(queries, keys, v, bias).masked_fill(blind, 0);
    };

    /// <inheritdoc/>
    protected override bool Scored => false;

    /// <inheritdoc/>
    public override Gen<AttentionCase> Cases => AttentionCase.Any.Select(c => c);

    /// <inheritdoc/>
    public override IEnumerable<Law<AttentionOp, AttentionCase>> OwnLaws =>
    [
        .. base.OwnLaws,
        Own("only the part along the query counts", "A key moved at right angles to a query has the weight it had.", (op, c) =>
        {
            if (c.D < 2)
                return Verdict.DoesNotApply;
            var x = (c with { Hidden = Hiding.Nothing, T = 1, Leading = new([]) }).Draw().Select(a => a.Value).ToArray();
            var (a, b) = (x[0][0, 0], x[0][0, 1]);
            var aside = cat([stack([-b, a]), zeros(c.D - 2, dtype: ScalarType.Float64)]) * arange(c.S, dtype: ScalarType.Float64).unsqueeze(1);
            return Comparison.Same(
                "weights", op(x[0], x[1] + aside, x[2], null, null).Weights, op(x[0], x[1], x[2], null, null).Weights, new Tolerance(1e-9, 1e-12));
        }),
        Own("widths are evened out", "Queries and keys repeated n times side by side count as if multiplied by the root of n.", (op, c) =>
        {
            var x = (c with { Hidden = Hiding.Nothing }).Draw().Select(a => a.Value).ToArray();
            return Comparison.Same(
                "weights",
                op(cat([x[0], x[0], x[0], x[0]], -1), cat([x[1], x[1], x[1], x[1]], -1), x[2], null, null).Weights,
                op(2 * x[0], x[1], x[2], null, null).Weights, new Tolerance(1e-9, 1e-12));
        }),
    ];
}

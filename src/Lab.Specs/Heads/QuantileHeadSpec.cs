using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Heads;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Heads;

/// <summary>Sizes and levels of a quantile head.</summary>
public sealed record QuantileCase : HeadCase
{
    /// <summary>Levels.</summary>
    public int Q { get; init; } = 3;

    /// <summary>The levels themselves; null spreads them evenly.</summary>
    public IReadOnlyList<double>? Given { get; init; }

    /// <summary>1/(Q + 1), 2/(Q + 1), ...</summary>
    public IReadOnlyList<double> Levels => Given ?? [.. Enumerable.Range(1, Q).Select(i => i / (Q + 1.0))];

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => [new("project.weight", Q, D), new("project.bias", Q)];

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Buffers => [new("levels", Q)];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Q > 1)
            yield return this with { Q = Q - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Quantiles against adding up one step after the other.</summary>
public sealed class QuantileHeadSpec : HeadSpec<Tensor, QuantileCase>
{
    /// <inheritdoc/>
    public override Type Head => typeof(QuantileHead);

    /// <inheritdoc/>
    public override Func<QuantileCase, nn.Module<Tensor, Tensor>> Op => c => new QuantileHead(c.D, c.Levels);

    /// <inheritdoc/>
    public override Tensor Reference(QuantileCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p)
    {
        var quantiles = new List<Tensor>();
        foreach (var z in LinearCase.Apply(features, p["project.weight"], p["project.bias"]).unbind(-1))
            quantiles.Add(quantiles.Count == 0 ? z : quantiles[^1] + logaddexp(z, zeros_like(z)));
        return stack(quantiles, -1);
    }

    /// <inheritdoc/>
    public override Tensor[] Tensors(Tensor output) => [output];

    /// <inheritdoc/>
    public override Gen<QuantileCase> Cases => HeadCase.Any(
        from q in Gen.Choose(1, 5)
        select Usual with { Q = q });

    /// <inheritdoc/>
    public override QuantileCase Usual => new();

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(40 * magnitude); // sums of sums

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<QuantileCase, nn.Module<Tensor, Tensor>>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no levels", "levels", Usual with { Given = [] }),
        Made("a level of 0", "levels", Usual with { Given = [0, 0.5] }),
        Made("a level of 1", "levels", Usual with { Given = [0.5, 1] }),
        Made("a level that is not a number", "levels", Usual with { Given = [double.NaN] }),
        Made("levels that fall", "levels", Usual with { Given = [0.5, 0.1] }),
        Made("a level twice", "levels", Usual with { Given = [0.5, 0.5] }),
        new("null for levels", "levels", () => [], (_, _) => new QuantileHead(3, null!).Dispose()),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<QuantileCase, nn.Module<Tensor, Tensor>>, QuantileCase>> HeadLaws =>
    [
        Own("quantiles never cross", "In float32 and float64, for features of any size, a higher level has no lower answer.", (op, c) =>
        {
            return new[] { ScalarType.Float64, ScalarType.Float32 }.Aggregate(Verdict.Holds, (verdict, dtype) => verdict.Then(() =>
            {
                var drawn = c.Draw().Select(a => a.Value.to(dtype)).ToArray();
                using var head = Build(op, c, drawn);
                return Verdict.Require(
                    head.call(drawn[0]).diff(dim: -1).ge(0).all().ToBoolean()
                    && head.call(1e4 * drawn[0]).diff(dim: -1).ge(0).all().ToBoolean(), $"In {dtype} two quantiles cross.");
            }));
        }),
        Own("each answer is judged at its own level", "Levels holds the levels in order, and the loss takes both as they are.", (_, c) =>
        {
            using var head = new QuantileHead(c.D, c.Levels);
            var answers = head.call(ones([.. c.Leading.Sizes, c.D]));
            var losses = Loss.Quantiles(answers, answers.select(-1, 0), head.Levels);
            return Comparison.Same("levels", head.Levels, tensor([.. c.Levels]), new Tolerance(0, 1e-7))
                .Then(() => Comparison.Same(
                    "loss", losses, (1 - head.Levels) * (answers - answers.narrow(-1, 0, 1)), Tolerance.InSingle(1)));
        }),
    ];
}

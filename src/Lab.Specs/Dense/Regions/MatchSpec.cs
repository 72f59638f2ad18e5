using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;
using MatchOp = System.Func<TorchSharp.torch.Tensor, double, double, bool, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Regions;

/// <summary>Overlaps in tenths, so that there are equal ones and none at all.</summary>
public sealed record MatchCase : Case
{
    /// <summary>True objects.</summary>
    public int G { get; init; } = 1;

    /// <summary>Boxes.</summary>
    public int N { get; init; } = 2;

    /// <summary>Below it a box is background.</summary>
    public double Low { get; init; } = 0.3;

    /// <summary>From it on a box is an object.</summary>
    public double High { get; init; } = 0.7;

    /// <summary>Whether each object keeps its best boxes.</summary>
    public bool KeepBest { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("overlaps", (Numbers().Indices(11, G, N) * Numbers(1).Mask(0.7, G, N)).to(ScalarType.Float64) / 10) { ExtremesOfValue = [double.NaN] },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (G > 0)
            yield return this with { G = G - 1 };
        if (N > 1)
            yield return this with { N = N - 1 };
        if (KeepBest)
            yield return this with { KeepBest = false };
    }
}

/// <summary>Matches box by box.</summary>
public sealed class MatchSpec : Spec<MatchOp, MatchCase>
{
    /// <inheritdoc/>
    public override MatchOp Op => Region.Match;

    /// <inheritdoc/>
    public override MatchOp Oracle => (overlaps, low, high, keepBest) =>
    {
        var (G, N) = ((int)overlaps.size(0), (int)overlaps.size(1));
        var all = ClosedForm.Numbers(overlaps);
        var matches = new long[N];
        for (var n = 0; n < N; n++)
        {
            var column = Enumerable.Range(0, G).Select(g => all[g * N + n]).ToArray();
            var bad = column.Any(double.IsNaN);
            var best = G == 0 ? -1 : bad ? double.NaN : column.Max();
            var nearest = bad ? G - 1 : Array.IndexOf(column, best);
            var kept = keepBest && Enumerable.Range(0, G).Any(g =>
            {
                var row = all.Skip(g * N).Take(N).ToArray();
                return !row.Any(double.IsNaN) && row.Max() > 0 && row[n] == row.Max();
            });
            matches[n] = best >= high || kept ? nearest : best < low ? -1 : -2;
        }
        return tensor(matches);
    };

    /// <inheritdoc/>
    public override Gen<MatchCase> Cases =>
        from g in Gen.Choose(0, 4)
        from n in Gen.Choose(1, 6)
        from low in Gen.Elements(0.0, 0.3, 0.5)
        from high in Gen.Elements(0.5, 0.7, 1.0)
        from keepBest in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new MatchCase { G = g, N = n, Low = low, High = high, KeepBest = keepBest, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <summary>Tenths are others in 16 bits.</summary>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(MatchOp op, MatchCase @case, Tensor[] arguments) => [op(arguments[0], @case.Low, @case.High, @case.KeepBest)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<MatchOp>> BadInputs =>
    [
        new("null for the overlaps", "overlaps", () => [], (op, _) => op(null!, 0.3, 0.7, true)),
        new("overlaps as whole numbers", "overlaps", () => [ones(2, 3, dtype: ScalarType.Int64)], (op, x) => op(x[0], 0.3, 0.7, true)),
        new("overlaps of one object without its dimension", "overlaps", () => [ones(3)], (op, x) => op(x[0], 0.3, 0.7, true)),
        new("a low threshold below 0", "low", () => [ones(2, 3)], (op, x) => op(x[0], -0.1, 0.7, true)),
        new("a high threshold below the low one", "high", () => [ones(2, 3)], (op, x) => op(x[0], 0.5, 0.4, true)),
        new("a high threshold above 1", "high", () => [ones(2, 3)], (op, x) => op(x[0], 0.5, 1.1, true)),
        new("a threshold that is no number", "high", () => [ones(2, 3)], (op, x) => op(x[0], 0.5, double.NaN, true)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<MatchOp, MatchCase>> OwnLaws =>
    [
        Own("every object that is touched is answered for", "With keepBest each true object has a box that matches an object, if any box overlaps it.", (op, c) =>
        {
            var overlaps = c.Draw()[0].Value;
            var matches = op(overlaps, 0.9, 1, true);
            var lost = Enumerable.Range(0, c.G).Any(g => overlaps[g].max().ToDouble() > 0 && (matches[overlaps[g] == overlaps[g].max()] < 0).any().ToBoolean());
            return Verdict.Require(!lost, "The best box of an object is no object.");
        }),
        Own("an object that no box touches claims none", "One object lies on the only box, another nowhere near: far boxes stay background.", (op, _) =>
            Comparison.Same("matches", op(tensor(new[,] { { 0.9, 0, 0 }, { 0, 0, 0 } }), 0.3, 0.7, true), tensor([0L, -1, -1]), new Tolerance(0, 0))) with { Cases = 1 },
    ];
}

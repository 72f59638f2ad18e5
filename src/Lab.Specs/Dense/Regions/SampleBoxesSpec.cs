using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;
using SampleOp = System.Func<TorchSharp.torch.Tensor, long, double, TorchSharp.torch.Generator?, Lab.Core.Dense.Regions.BoxSample>;

namespace Lab.Specs.Dense.Regions;

/// <summary>Boxes that match, are background, or undecided.</summary>
public sealed record SampleCase : Case
{
    /// <summary>Boxes.</summary>
    public int N { get; init; } = 4;

    /// <summary>How many to take.</summary>
    public int Count { get; init; } = 2;

    /// <summary>The greatest share of objects.</summary>
    public double Share { get; init; } = 0.5;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => [new("matches", Numbers().Indices(6, N) - 2)];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (N > 0)
            yield return this with { N = N - 1 };
        if (Count > 1)
            yield return this with { Count = Count - 1 };
    }
}

/// <summary>Samples against the library's shuffle, and against what they are for.</summary>
public sealed class SampleBoxesSpec : Spec<SampleOp, SampleCase>
{
    /// <inheritdoc/>
    public override SampleOp Op => Region.SampleBoxes;

    /// <inheritdoc/>
    public override SampleOp Oracle => (matches, count, share, generator) =>
    {
        var all = ClosedForm.Indices(matches);
        var objects = Some(m => m >= 0, (int)Math.Floor(count * share));
        return new(objects, Some(m => m == -1, (int)(count - objects.numel())));

        Tensor Some(Func<long, bool> which, int most)
        {
            var places = Enumerable.Range(0, all.Length).Where(i => which(all[i])).Select(i => (long)i).ToArray();
            if (places.Length > most)
            {
                var order = ClosedForm.Indices(randperm(places.Length, dtype: ScalarType.Int64, generator: generator));
                places = [.. order.Take(most).Select(i => places[i]).Order()];
            }
            return tensor(places, dtype: ScalarType.Int64);
        }
    };

    /// <inheritdoc/>
    public override Gen<SampleCase> Cases =>
        from n in Gen.Choose(0, 12)
        from count in Gen.Choose(1, 10)
        from share in Gen.Elements(0, 0.25, 0.5, 1)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SampleCase { N = n, Count = count, Share = share, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(SampleOp op, SampleCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        using var generator = new Generator((ulong)@case.Seed, CPU);
        var sample = op(arguments[0], @case.Count, @case.Share, generator);
        return [sample.Positives, sample.Negatives];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<SampleOp>> BadInputs =>
    [
        new("null for the matches", "matches", () => [], (op, _) => op(null!, 2, 0.5, null)),
        new("matches as real numbers", "matches", () => [ones(3)], (op, x) => op(x[0], 2, 0.5, null)),
        new("matches of a batch", "matches", () => [ones(2, 3, dtype: ScalarType.Int64)], (op, x) => op(x[0], 2, 0.5, null)),
        new("no boxes to take", "count", () => [ones(3, dtype: ScalarType.Int64)], (op, x) => op(x[0], 0, 0.5, null)),
        new("a share above 1", "positiveShare", () => [ones(3, dtype: ScalarType.Int64)], (op, x) => op(x[0], 2, 1.5, null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<SampleOp, SampleCase>> OwnLaws =>
    [
        Own("the rest is background", "Objects take their share at most, background what they leave, and undecided boxes are never taken.", (op, c) =>
        {
            var matches = c.Draw()[0].Value;
            var (objects, background) = (matches.ge(0).sum().ToInt64(), matches.eq(-1).sum().ToInt64());
            var drawn = Call(op, c, [matches]);
            var (p, q) = (drawn[0].numel(), drawn[1].numel());
            return Verdict.Require(p == Math.Min(objects, (long)(c.Count * c.Share)) && q == Math.Min(background, c.Count - p), $"There are {p} and {q}.")
                .Then(() => Verdict.Require(matches[drawn[0]].ge(0).all().ToBoolean() && matches[drawn[1]].eq(-1).all().ToBoolean(), "A box is on the wrong side."))
                .Then(() => Verdict.Require(drawn[0].unique().output.numel() == p && drawn[1].unique().output.numel() == q, "A box comes twice."));
        }),
        Own("each has the same chance", "In 2000 samples of 2 of 5 objects and 3 of 6 others each comes 800 and 1000 times, give or take five deviations.", (op, _) =>
        {
            var matches = tensor([3L, 1, 1, 0, 7, -1, -1, -1, -1, -1, -1, -2]);
            var times = zeros(12, dtype: ScalarType.Float64);
            using var generator = new Generator(5, CPU);
            for (var i = 0; i < 2000; i++)
            {
                using var scope = NewDisposeScope();
                var sample = op(matches, 5, 0.4, generator);
                times.index_add_(0, cat([sample.Positives, sample.Negatives]), ones(5, dtype: ScalarType.Float64), 1);
            }
            var chance = tensor([.. Enumerable.Repeat(0.4, 5), .. Enumerable.Repeat(0.5, 6), 0.0]);
            var off = (times - 2000 * chance).abs() > 5 * (2000 * chance * (1 - chance)).sqrt();
            return Verdict.Require(!off.any().ToBoolean(), $"They came [{string.Join(", ", ClosedForm.Numbers(times))}] times.");
        }) with { Cases = 1 },
    ];
}

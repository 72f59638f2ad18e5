using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, int, TorchSharp.torch.Generator, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences;

/// <summary>Drawn paths against the same random numbers and the conditional probabilities of all paths.</summary>
public sealed class SamplePathsSpec : ChainSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => Crf.SamplePaths;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, transitions, count, generator, start, end, mask) =>
    {
        var (batch, length, classes) = ((int)emissions.size(0), emissions.size(1), (int)emissions.size(2));
        var uniform = rand([length, batch, count], ScalarType.Float64, CPU, generator: generator);
        var tags = full([batch, count, length], Crf.PaddingTag, ScalarType.Int64);
        foreach (var (all, b) in AllPaths.Of(new(emissions, null, transitions, start, end, mask)).Select((all, b) => (all, b)))
        {
            for (var draw = 0; draw < count && all.Possible is not null; draw++)
            {
                var weights = all.Probabilities.data<double>().ToArray();                         // of the paths that are left
                for (var n = 0; n < all.Places.Count; n++)
                {
                    var here = all.Paths.select(1, n).data<long>().ToArray();
                    var (passed, tag, u) = (0.0, -1, uniform[n, b, draw].ToDouble() * weights.Sum());
                    while (tag + 1 < classes && passed <= u)
                    {
                        tag++;
                        passed += weights.Where((_, path) => here[path] == tag).Sum();
                    }
                    tags[b, draw, all.Places[n]] = tag;
                    weights = [.. weights.Select((w, path) => here[path] == tag ? w : 0)];
                }
            }
        }
        return tags;
    };

    /// <inheritdoc/>
    public override Gen<ChainCase> Cases =>
        from c in ChainCase.Any
        from count in Gen.Choose(1, 4)
        select c with { Count = count, Scale = Math.Min(c.Scale, 3), Extremes = [], ExtremesOfValue = [double.NegativeInfinity] };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false; // they take turns at one generator

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x)
    {
        ArgumentNullException.ThrowIfNull(@case);
        using var generator = new Generator((ulong)@case.Seed, CPU);
        return [op(x.Emissions, x.Transitions, @case.Count, generator, x.Start, x.End, x.Mask)];
    }

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x)
    {
        using var generator = new Generator(1, CPU);
        op(x.Emissions, x.Transitions, 2, generator, x.Start, x.End, x.Mask);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        .. base.BadInputs,
        new("no paths", "count", () => [ones(2, 3, 4), ones(4, 4)], (op, x) =>
        {
            using var generator = new Generator(1, CPU);
            op(x[0], x[1], 0, generator, null, null, null);
        }),
        new("null for the generator", "generator", () => [ones(2, 3, 4), ones(4, 4)], (op, x) => op(x[0], x[1], 1, null!, null, null, null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("paths come as often as they are probable", "In 4000 draws each path comes as often as its probability says, within 6 standard deviations.", (op, c) =>
        {
            const int Draws = 4000;
            var one = c with { B = 1, Masking = Masking.None, Scale = 1 };
            var x = one.Drawn();
            var all = AllPaths.Of(x)[0];
            if (all.Possible is null)
                return Verdict.DoesNotApply;
            using var generator = new Generator((ulong)c.Seed, CPU);
            var tags = op(x.Emissions, x.Transitions, Draws, generator, x.Start, x.End, null).squeeze(0);
            var place = pow(tensor((double)c.K), arange(c.T, dtype: ScalarType.Float64)).to(ScalarType.Int64);
            var counts = bincount((tags * place).sum([1]), null, all.Paths.size(0)).to(ScalarType.Float64);
            var p = all.Probabilities;
            var off = ((counts - Draws * p).abs() - 6 * (Draws * p * (1 - p)).sqrt() - 1).max().ToDouble();
            return Verdict.Require(off <= 0, "A path comes too often, or too seldom.")
                .Then(() => Verdict.Require((counts * p.eq(0)).sum().ToDouble() == 0, "A forbidden path was drawn."));
        }) with { Cases = 15 },
    ];
}

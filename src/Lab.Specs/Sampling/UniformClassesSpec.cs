using FsCheck;
using Lab.Core.Sampling;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sampling;

/// <summary>A uniform sample without repeats against the library's shuffle.</summary>
public sealed class UniformClassesSpec : Spec<Func<long, long, Generator?, Device?, ClassSample>, SamplerCase>
{
    /// <inheritdoc/>
    public override Func<long, long, Generator?, Device?, ClassSample> Op => ClassSampler.UniformClasses;

    /// <inheritdoc/>
    public override Func<long, long, Generator?, Device?, ClassSample> Oracle => (classes, count, generator, _) => new(
        randperm(classes, generator: generator).narrow(0, 0, count),
        tensor([.. Enumerable.Repeat(Math.Log(count) - Math.Log(classes), (int)count)]));

    /// <inheritdoc/>
    public override Gen<SamplerCase> Cases => SamplerCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<long, long, Generator?, Device?, ClassSample> op, SamplerCase @case, Tensor[] arguments) => @case.Call(op);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<long, long, Generator?, Device?, ClassSample>>> BadInputs =>
    [
        new("no classes", "classes", () => [], (op, _) => op(0, 1, null, null)),
        new("a sample of none", "count", () => [], (op, _) => op(5, 0, null, null)),
        new("more than there are", "count", () => [], (op, _) => op(5, 6, null, null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<long, long, Generator?, Device?, ClassSample>, SamplerCase>> OwnLaws =>
    [
        Own("no class comes twice", "S different classes of V; with S = V all of them, each expected once.", (op, c) =>
        {
            var (drawn, all) = (c.Call(op)[0], (c with { S = c.V }).Call(op));
            return Verdict.Require(drawn.unique().output.numel() == c.S && (drawn < c.V).logical_and(drawn >= 0).all().ToBoolean(), "A class comes twice, or is none.")
                .Then(() => Comparison.Same("classes", all[0].sort().Values, arange(c.V), new Tolerance(0, 0)))
                .Then(() => Comparison.Same("log expected counts", all[1], zeros(c.V, dtype: ScalarType.Float64), new Tolerance(0, 0)));
        }) with { Cases = 20 },
        Own("each class is as likely", "In 2000 samples of 2 of 5 classes each class comes 800 times, give or take five deviations.", (op, _) =>
            SamplerCounts.Expected(op, 5, 2, 2000)) with { Cases = 1 },
    ];
}

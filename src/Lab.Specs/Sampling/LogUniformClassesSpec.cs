using FsCheck;
using Lab.Core.Sampling;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sampling;

/// <summary>A log-uniform sample against the running sum of its probabilities, searched for the same numbers.</summary>
public sealed class LogUniformClassesSpec : Spec<Func<long, long, Generator?, Device?, ClassSample>, SamplerCase>
{
    /// <inheritdoc/>
    public override Func<long, long, Generator?, Device?, ClassSample> Op => ClassSampler.LogUniformClasses;

    /// <inheritdoc/>
    public override Func<long, long, Generator?, Device?, ClassSample> Oracle => (classes, count, generator, _) =>
    {
        var chances = Chances(classes);
        var reached = new double[classes];
        for (var k = 0; k < classes; k++)
            reached[k] = chances[k] + (k == 0 ? 0 : reached[k - 1]);
        var drawn = rand(count, dtype: ScalarType.Float64, generator: generator).data<double>().ToArray()
            .Select(u => Array.FindIndex(reached, r => r > u)).Select(k => k < 0 ? classes - 1 : k).ToArray();
        return new(tensor(drawn), tensor([.. drawn.Select(k => Math.Log(count) + Math.Log(chances[k]))]));
    };

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
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<long, long, Generator?, Device?, ClassSample>, SamplerCase>> OwnLaws =>
    [
        Own("every class comes as often as expected", "In 2000 samples of 5 classes, each comes as often as its expected counts add up to, give or take five deviations.", (op, _) =>
            SamplerCounts.Expected(op, 5, 3, 2000)) with { Cases = 1 },
        Own("a text's first words come most", "Expected counts fall with the class number, as 1/(k + 1): class 9 comes about a tenth as often as class 0 would by this rule.", (op, c) =>
        {
            var drawn = (c with { V = 1000, S = 2000 }).Call(op);
            var (first, counts) = (drawn[0] == 0, drawn[1]);
            var expected = Math.Log(2000 * Math.Log(2) / Math.Log(1001));
            return Comparison.Same("log expected count of class 0", counts[first], full_like(counts[first], expected), new Tolerance(1e-12, 1e-12))
                .Then(() => Verdict.Require((counts <= expected).all().ToBoolean(), "A later class is expected more often."));
        }) with { Cases = 5 },
    ];

    private static double[] Chances(long classes) =>
        [.. Enumerable.Range(0, (int)classes).Select(k => (Math.Log(k + 2) - Math.Log(k + 1)) / Math.Log(classes + 1))];
}

using Lab.Core.Sampling;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sampling;

/// <summary>Whether a sampler draws each class as often as it says.</summary>
internal static class SamplerCounts
{
    /// <summary>Many small samples: the classes' counts against what their expected counts add up to.</summary>
    public static Verdict Expected(Func<long, long, Generator?, Device?, ClassSample> op, long classes, long count, int samples)
    {
        using var generator = new Generator(1, CPU);
        var (came, expected) = (new double[classes], new double[classes]);
        for (var i = 0; i < samples; i++)
        {
            using var scope = NewDisposeScope();
            var sample = op(classes, count, generator, null);
            foreach (var (k, log) in sample.Classes.data<long>().Zip(sample.LogExpectedCounts.data<double>()))
                (came[k], expected[k]) = (came[k] + 1, samples * Math.Exp(log));
        }
        for (var k = 0; k < classes; k++)
            if (Math.Abs(came[k] - expected[k]) > 5 * Math.Sqrt(expected[k]) + 1e-9)
                return Verdict.Fails($"Class {k} came {came[k]} times, expected {TensorSnapshot.Number(expected[k])}.");
        return Verdict.Holds;
    }
}

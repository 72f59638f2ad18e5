using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sampling;

public static partial class ClassSampler
{
    /// <summary>Draws classes that all have the same chance, none of them twice.</summary>
    /// <remarks>
    /// <para>Formula: S of V classes; each is expected <c>S/V</c> times. With S = V every class is there once.</para>
    /// <para>Costs a shuffle of all V. For <see cref="Losses.Loss.SampledSoftmax"/>; where a few classes take most of the probability, a
    /// uniform sample seldom has them, and <see cref="LogUniformClasses"/> needs fewer.</para>
    /// <para>Oracle: <c>randperm</c> with the same generator.</para>
    /// </remarks>
    /// <param name="classes">V, positive.</param>
    /// <param name="count">S, from 1 to V.</param>
    /// <param name="generator">The source of randomness, on the CPU; none takes the library's own.</param>
    /// <param name="device">Where the sample is to be; none means the CPU.</param>
    /// <returns>S classes, and log expected counts in float64.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number other than those above.</exception>
    public static ClassSample UniformClasses(long classes, long count, Generator? generator = null, Device? device = null)
    {
        Require.Positive(classes);
        if (count < 1 || count > classes)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"Must be in [1, {classes}].");

        using var scope = NewDisposeScope();
        var drawn = randperm(classes, dtype: ScalarType.Int64, generator: generator)[..(int)count].clone().to(device ?? CPU);
        var expected = full([count], Math.Log((double)count / classes), dtype: ScalarType.Float64, device: device ?? CPU);
        return new(drawn.MoveToOuterDisposeScope(), expected.MoveToOuterDisposeScope());
    }
}

using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sampling;

public static partial class ClassSampler
{
    /// <summary>Draws classes as words come in a text: the first often, the later ones ever more seldom.</summary>
    /// <remarks>
    /// <para>Formula: <c>q[k] = log((k + 2) / (k + 1)) / log(V + 1)</c>, about 1/(k + 1) (Zipf's law). S independent draws, so that a class
    /// may come several times; class k is expected <c>S·q[k]</c> times.</para>
    /// <para>Classes must be numbered by falling frequency, as most vocabularies are.</para>
    /// <para>Numerics: <c>k = ⌊exp(u·log(V + 1))⌋ - 1</c> for a number u in <c>[0, 1)</c>, in float64; costs S, not V.</para>
    /// <para>Oracle: the running sum of q, searched for the same u. The library has none; TensorFlow's
    /// <c>log_uniform_candidate_sampler</c> draws so.</para>
    /// </remarks>
    /// <param name="classes">V, positive.</param>
    /// <param name="count">S, positive; may be larger than V.</param>
    /// <param name="generator">The source of randomness, on the CPU; none takes the library's own.</param>
    /// <param name="device">Where the sample is to be; none means the CPU.</param>
    /// <returns>S classes, and log expected counts in float64.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number other than those above.</exception>
    public static ClassSample LogUniformClasses(long classes, long count, Generator? generator = null, Device? device = null)
    {
        Require.Positive(classes);
        Require.Positive(count);

        using var scope = NewDisposeScope();
        var range = Math.Log(classes + 1.0);
        var u = rand(count, dtype: ScalarType.Float64, generator: generator);
        var drawn = ((u * range).exp().floor().to(ScalarType.Int64) - 1).clamp(0, classes - 1);   // rounding may reach V
        var chance = (1 / (drawn.to(ScalarType.Float64) + 1)).log1p() / range;
        var expected = (chance * count).log();
        return new(drawn.to(device ?? CPU).MoveToOuterDisposeScope(), expected.to(device ?? CPU).MoveToOuterDisposeScope());
    }
}

namespace Lab.Data;

/// <summary>
/// A small random generator whose numbers are the same on every system and in every version of .NET
/// (<see cref="Random"/> promises neither). Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
/// </summary>
internal struct SplitMix64(ulong state)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>An independent stream for one item of a seeded collection.</summary>
    public static SplitMix64 Stream(ulong seed, ulong stream, ulong item) =>
        new(Mix(Mix(Mix(seed + Gamma) ^ stream) + (item * Gamma)));

    /// <summary>The next 64 random bits.</summary>
    public ulong Next() => Mix(state += Gamma);

    /// <summary>A number in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Between(double low, double high) => low + ((high - low) * Unit());

    /// <summary>An index in [0, <paramref name="count"/>), without the bias of a remainder.</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>
    /// Nearly normal, mean 0 and deviation <paramref name="deviation"/>, never past 4.2 deviations: a sum of six uniforms.
    /// Box-Muller would need log and cos, whose last bit differs between systems.
    /// </summary>
    public double Normal(double deviation)
    {
        var sum = Unit() + Unit() + Unit() + Unit() + Unit() + Unit();
        return (sum - 3) * 1.4142135623730951 * deviation;
    }

    /// <summary>Puts items into an order drawn evenly from all orders (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}

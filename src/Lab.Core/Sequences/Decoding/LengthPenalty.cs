namespace Lab.Core.Sequences.Decoding;

/// <summary>
/// How hypotheses of different lengths are compared: by <c>log p / divisor(length)</c>, where the length counts EOS and does not
/// count BOS.
/// </summary>
/// <remarks>
/// Every further token makes a sequence less probable, so plain log-probability favours short ones. A divisor that grows with the
/// length makes up for it. It never falls, and that is what makes early stopping safe: see <see cref="BeamOptions.StopEarly"/>.
/// </remarks>
public sealed class LengthPenalty
{
    private readonly Func<long, double> divisor;
    private readonly string name;

    private LengthPenalty(Func<long, double> divisor, string name) => (this.divisor, this.name) = (divisor, name);

    /// <summary>None: <c>log p</c>.</summary>
    public static LengthPenalty None { get; } = new(_ => 1, "none");

    /// <summary>The mean log-probability of a token: <c>log p / length</c>.</summary>
    public static LengthPenalty MeanLogProb { get; } = new(length => length, "mean log-probability");

    /// <summary>Google's: <c>log p / ((5 + length) / 6)^α</c>. Source: Wu et al. 2016, section 7.</summary>
    /// <param name="alpha">α, not negative; 0.6 to 1 are usual.</param>
    /// <exception cref="ArgumentException">Negative or not finite.</exception>
    public static LengthPenalty Gnmt(double alpha)
    {
        Runtime.Require.NotNegative(alpha);
        return new(length => Math.Pow((5.0 + length) / 6, alpha), $"GNMT, alpha {alpha}");
    }

    /// <summary>A power of the length: <c>log p / length^α</c>.</summary>
    /// <param name="alpha">α, not negative: 0 is none, 1 the mean.</param>
    /// <exception cref="ArgumentException">Negative or not finite.</exception>
    public static LengthPenalty Power(double alpha)
    {
        Runtime.Require.NotNegative(alpha);
        return new(length => Math.Pow(length, alpha), $"length^{alpha}");
    }

    /// <summary>What the log-probability of a hypothesis is divided by: at least 1, and never less for a longer one.</summary>
    /// <param name="length">Its tokens, EOS counted and BOS not, at least 1.</param>
    public double Divisor(long length) => divisor(length);

    /// <inheritdoc/>
    public override string ToString() => name;
}

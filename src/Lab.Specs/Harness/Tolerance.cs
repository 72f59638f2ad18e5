namespace Lab.Specs.Harness;

/// <summary>How far two numbers may part and still count as the same: <c>|got - expected| ≤ absolute + relative·|expected|</c>.</summary>
/// <param name="Relative">Share of the expected magnitude.</param>
/// <param name="Absolute">In the unit of the numbers.</param>
public readonly record struct Tolerance(double Relative, double Absolute)
{
    /// <summary>Double precision: a few hundred roundings.</summary>
    public static Tolerance InDouble { get; } = new(1e-10, 1e-12);

    /// <summary>A single-precision result of inputs up to <paramref name="magnitude"/>: 64 roundings of that size.</summary>
    public static Tolerance InSingle(double magnitude) =>
        new Tolerance(64 * Unit, 64 * Unit).Times(Math.Max(1, magnitude));

    private const double Unit = 1.1920928955078125e-7; // 2^-23, the spacing of floats at 1

    /// <summary>Both parts multiplied.</summary>
    public Tolerance Times(double factor) => new(Relative * factor, Absolute * factor);
}

using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Lab.Specs.Harness;

/// <summary>
/// One input of an op, small enough to print: sizes and options, and a seed from which the numbers are drawn.
/// Drawing a case twice gives the same tensors, so that a failed law replays.
/// </summary>
public abstract record Case
{
    /// <summary>Draws the numbers, and nothing else.</summary>
    public int Seed { get; init; }

    /// <summary>The standard deviation of the real numbers; 0 makes them all equal.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Real numbers are rounded to so many decimals, at -1 to one significant digit; null leaves them as drawn. Shrinking
    /// sets it.</summary>
    public int? Decimals { get; init; }

    /// <summary>The output's dimension that counts examples, one per output; empty when the op mixes examples.</summary>
    public virtual IReadOnlyList<int> OutputBatchDims => [0];

    /// <summary>The op's tensors, freshly drawn.</summary>
    public abstract IReadOnlyList<Argument> Draw();

    /// <summary>Simpler cases to try when this one fails, the simplest first.</summary>
    public virtual IEnumerable<Case> Shrink() =>
        from decimals in new int?[] { -1, 0, 1 }
        where Decimals is null || decimals < Decimals
        select this with { Decimals = decimals };

    /// <summary>Sizes, options and seed, as one line.</summary>
    public sealed override string ToString() => string.Join(", ",
        from property in GetType().GetProperties()
        where property.CanWrite && (property.PropertyType.IsValueType || property.PropertyType == typeof(string))
        let value = property.GetValue(this)
        where value is not null && !value.Equals(false)
        orderby property.DeclaringType == typeof(Case)
        select string.Create(CultureInfo.InvariantCulture, $"{property.Name} = {value}"));

    /// <summary>What was chosen beside the sizes and the numbers: <c>Dim = 1, Temperature = 0.5</c>; empty where all is as usual.</summary>
    public string Options => string.Join(", ",
        from property in GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        where property.CanWrite && property.PropertyType.IsValueType && !property.IsDefined(typeof(RequiredMemberAttribute))
        let value = property.GetValue(this)
        let usual = property.GetCustomAttribute<DefaultValueAttribute>()?.Value
            ?? (Nullable.GetUnderlyingType(property.PropertyType) is null ? Activator.CreateInstance(property.PropertyType) : null)
        where !Equals(value, usual)
        select string.Create(CultureInfo.InvariantCulture, $"{property.Name} = {value}"));

    /// <summary>A source of numbers that depends on the seed alone; <paramref name="stream"/> keeps arguments apart.</summary>
    protected Draw Numbers(int stream = 0) => new(Seed, stream, Scale, Decimals);
}

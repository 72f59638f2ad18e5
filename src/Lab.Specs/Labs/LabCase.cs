using System.Reflection;
using Lab.Specs.Harness;

namespace Lab.Specs.Labs;

/// <summary>A case of an exercise: whole numbers for sizes, switches for options. Shrinking halves the one and turns the other off.</summary>
public abstract record LabCase : Case
{
    /// <summary>The least value of a size, by its name.</summary>
    protected virtual int Least(string size) => 1;

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var property in GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (!property.CanWrite)
                continue;
            if (property.GetValue(this) is true)
                yield return With(property, false);
            if (property.GetValue(this) is not int size || size <= Least(property.Name))
                continue;
            var half = Math.Max(Least(property.Name), (size + 1) / 2);
            if (half < size - 1)
                yield return With(property, half);
            yield return With(property, size - 1);
        }
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    private LabCase With(PropertyInfo property, object value)
    {
        var copy = this with { };
        property.SetValue(copy, value);
        return copy;
    }
}

using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Specs.Harness;

namespace Lab.Grading.Labs;

/// <summary>Holds options of an op's cases, or parameters of the op, at a value.</summary>
/// <remarks>
/// A name that the case has is set in every case. One that the op has as a parameter need not be a parameter of the student's method:
/// cases that call the op with another value say nothing. Casing does not matter.
/// </remarks>
public sealed class CaseFix
{
    private static readonly JsonSerializerOptions json = new() { Converters = { new JsonStringEnumConverter() } };
    private static readonly MethodInfo clone = typeof(object).GetMethod("MemberwiseClone", BindingFlags.NonPublic | BindingFlags.Instance)!;

    private readonly Spec spec;
    private readonly List<(PropertyInfo Property, object? Value)> properties = [];
    private readonly Dictionary<string, object?> parameters = new(StringComparer.Ordinal);

    /// <summary>Nothing held yet.</summary>
    public CaseFix(Spec spec) => this.spec = spec;

    /// <summary>What an exercise holds.</summary>
    /// <exception cref="ArgumentException">Neither the case nor the op has something of that name and type.</exception>
    public static CaseFix Of(Spec spec, ExerciseManifest exercise)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        var fix = new CaseFix(spec);
        foreach (var (name, value) in exercise.Fix)
            if (!fix.TryHold(name, value, out var problem))
                throw new ArgumentException($"fix.{name}: {problem}", nameof(exercise));
        return fix;
    }

    /// <summary>The op's parameters that are held, with their values.</summary>
    public IReadOnlyDictionary<string, object?> Parameters => parameters;

    /// <summary>What makes a case one of the lab's; null where nothing is held.</summary>
    public Func<Case, Case>? Adjust => properties.Count == 0 ? null : Adjusted;

    internal bool TryHold(string name, JsonElement value, out string? problem)
    {
        var property = spec.CaseType.GetProperties()
            .FirstOrDefault(p => p.CanWrite && p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var parameter = spec.Parameters.FirstOrDefault(p => p.Name!.Equals(name, StringComparison.OrdinalIgnoreCase));
        problem = property is null && parameter is null
            ? $"Neither {spec.CaseType.Name} nor {spec.Name}({string.Join(", ", spec.Parameters.Select(p => p.Name))}) has this."
            : null;
        try
        {
            if (property is not null)
                properties.Add((property, Value(value, property.PropertyType)));
            if (parameter is not null)
                parameters[parameter.Name!] = Value(value, parameter.ParameterType);
        }
        catch (Exception mistyped) when (mistyped is JsonException or NotSupportedException or InvalidOperationException)
        {
            problem = $"A value of type {(property?.PropertyType ?? parameter!.ParameterType).Name} was wanted, got {value}.";
        }
        return problem is null;
    }

    /// <summary>A value of a type; null is one of any that can be null, also of those that JSON cannot say otherwise, such as a tensor.</summary>
    private static object? Value(JsonElement value, Type type) =>
        value.ValueKind == JsonValueKind.Null && (!type.IsValueType || Nullable.GetUnderlyingType(type) is not null) ? null : value.Deserialize(type, json);

    private Case Adjusted(Case @case)
    {
        if (properties.All(p => Equals(p.Property.GetValue(@case), p.Value)))
            return @case;
        var changed = (Case)clone.Invoke(@case, null)!;
        foreach (var (property, value) in properties)
            property.SetValue(changed, value);                        // an init accessor is a set accessor to reflection
        return changed;
    }
}

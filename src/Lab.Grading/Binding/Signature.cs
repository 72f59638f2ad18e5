using System.Reflection;
using Lab.Grading.Labs;
using Lab.Specs.Harness;

namespace Lab.Grading.Binding;

/// <summary>A method of the student's as it was found: names and types, of the runtime or of the compiler.</summary>
/// <param name="Parameters">Name and <see cref="TypeNames.Key"/> of each.</param>
/// <param name="Returns">The key of what it returns.</param>
internal sealed record MethodShape(IReadOnlyList<(string Name, string Type)> Parameters, string Returns)
{
    public static MethodShape Of(MethodInfo method) => new(
        [.. method.GetParameters().Select(p => (p.Name ?? "", TypeNames.Key(p.ParameterType)))], TypeNames.Key(method.ReturnType));
}

/// <summary>The signature that an exercise wants: the parameters of its spec's op, by name, without those that are held at a value.</summary>
internal sealed class Signature
{
    private readonly string name;
    private readonly IReadOnlyList<ParameterInfo> parameters;
    private readonly HashSet<string> held;
    private readonly Type returns;

    public Signature(ExerciseManifest exercise, Spec spec, CaseFix fix)
    {
        name = exercise.Name;
        parameters = spec.Parameters;
        held = fix.Parameters.Keys.ToHashSet();
        returns = spec.VersionType.GetMethod("Invoke")!.ReturnType;
    }

    /// <summary>The signature as the student should write it.</summary>
    public string Wanted => $"public static {TypeNames.Plain(returns)} {name}("
        + string.Join(", ", parameters.Where(p => !held.Contains(p.Name!)).Select(p => $"{Text(p)} {p.Name}")) + ")";

    /// <summary>Where each parameter of the student's method finds its value among the op's.</summary>
    /// <param name="found">The student's method.</param>
    /// <param name="problem">Why it does not fit; null where it does.</param>
    public int[] Match(MethodShape found, out string? problem)
    {
        var places = new int[found.Parameters.Count];
        for (var i = 0; i < places.Length; i++)
        {
            var (given, type) = found.Parameters[i];
            places[i] = parameters.ToList().FindIndex(p => p.Name == given);
            if (places[i] < 0)
                return Refuse(out problem, $"{name} has a parameter {given}, which is not among those it is called with.");
            if (TypeNames.Key(parameters[places[i]].ParameterType) != type)
                return Refuse(out problem, $"Parameter {given} of {name} has another type than {TypeNames.Plain(parameters[places[i]].ParameterType)}.");
        }
        if (found.Returns != TypeNames.Key(returns))
            return Refuse(out problem, $"{name} must return {TypeNames.Plain(returns)}.");
        var missing = parameters.Select((p, i) => (p.Name, i)).Where(p => !places.Contains(p.i) && !held.Contains(p.Name!)).Select(p => p.Name).ToList();
        if (missing.Count > 0)
            return Refuse(out problem, $"{name} lacks the parameter {string.Join(", ", missing)}.");
        problem = null;
        return places;
    }

    private int[] Refuse(out string? problem, string why)
    {
        problem = $"{why} Wanted: {Wanted}";
        return [];
    }

    private static string Text(ParameterInfo parameter) =>
        TypeNames.Plain(parameter.ParameterType) + (IsNullableReference(parameter) ? "?" : "");

    private static bool IsNullableReference(ParameterInfo parameter) =>
        !parameter.ParameterType.IsValueType && parameter.Member.DeclaringType is { IsGenericType: false }
        && new NullabilityInfoContext().Create(parameter).ReadState == NullabilityState.Nullable;
}

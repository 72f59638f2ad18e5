using System.Linq.Expressions;
using System.Reflection;
using Lab.Grading.Labs;
using Lab.Specs.Harness;

namespace Lab.Grading.Binding;

/// <summary>Makes versions of an op: delegates of the spec's type that lead to a student's method.</summary>
internal static class VersionBuilder
{
    private static readonly MethodInfo invoke = typeof(Func<object?[], object?>).GetMethod("Invoke")!;

    /// <summary>A delegate of a given type that hands its arguments on as a list.</summary>
    public static Delegate Make(Type type, Func<object?[], object?> call)
    {
        var signature = type.GetMethod("Invoke")!;
        ParameterExpression[] parameters = [.. signature.GetParameters().Select(p => Expression.Parameter(p.ParameterType, p.Name))];
        var result = Expression.Call(
            Expression.Constant(call), invoke,
            Expression.NewArrayInit(typeof(object), parameters.Select(p => Expression.Convert(p, typeof(object)))));
        return Expression.Lambda(type, Expression.Convert(result, signature.ReturnType), parameters).Compile();
    }

    /// <summary>A version that calls a method of this process.</summary>
    /// <exception cref="ArgumentException">The method has another signature than the exercise wants.</exception>
    public static Delegate Make(ExerciseManifest exercise, Spec spec, CaseFix fix, MethodInfo method, object? target = null)
    {
        var places = new Signature(exercise, spec, fix).Match(MethodShape.Of(method), out var problem);
        if (problem is not null)
            throw new ArgumentException(problem, nameof(method));
        return Make(spec.VersionType, Guarded(spec, fix, arguments => method.Invoke(
            target, BindingFlags.DoNotWrapExceptions, null, [.. places.Select(i => arguments[i])], null)));
    }

    /// <summary>The same call; with another value than that which a parameter is held at, the case is not one of the lab's.</summary>
    public static Func<object?[], object?> Guarded(Spec spec, CaseFix fix, Func<object?[], object?> call)
    {
        if (fix.Parameters.Count == 0)
            return call;
        var held = spec.Parameters.Select((p, i) => (Index: i, Name: p.Name!)).Where(p => fix.Parameters.ContainsKey(p.Name))
            .Select(p => (p.Index, Value: fix.Parameters[p.Name])).ToArray();
        return arguments => held.All(p => Equals(arguments[p.Index], p.Value))
            ? call(arguments)
            : throw new CaseOutsideException();
    }
}

using System.Runtime.CompilerServices;
using Lab.Grading.Binding;
using Lab.Grading.Labs;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Grading.Verification;

/// <summary>
/// Versions of an op that know the shape of every result and nothing else: zeros, ones, random numbers, and the first input. No law
/// may give them points.
/// </summary>
internal static class Cheats
{
    /// <summary>The versions by name.</summary>
    public static IEnumerable<(string Name, Delegate Version)> Of(ExerciseManifest exercise)
    {
        var spec = SpecCatalog.Of(exercise.Spec);
        var guard = CaseFix.Of(spec, exercise);
        Delegate Made(Func<Tensor, object?[], Tensor> instead) => VersionBuilder.Make(spec.VersionType, VersionBuilder.Guarded(spec, guard, arguments =>
        {
            var right = spec.LibraryVersion.DynamicInvoke(arguments);
            return Replaced(right, tensor => instead(tensor, arguments));
        }));

        yield return ("zeros", Made((right, _) => zeros_like(right)));
        yield return ("ones", Made((right, _) => ones_like(right)));
        yield return ("random numbers", Made((right, _) => Random(right)));
        yield return ("the input", Made((right, arguments) => arguments.OfType<Tensor>().FirstOrDefault(a => a.dtype == right.dtype) is { } input ? input.alias() : zeros_like(right)));
    }

    private static Tensor Random(Tensor like) => like.dtype switch
    {
        ScalarType.Bool => rand(like.shape) < 0.5,
        ScalarType.Int64 => randint(0, 3, like.shape, dtype: ScalarType.Int64),
        var dtype => randn(like.shape, dtype: ScalarType.Float64).to(dtype),
    };

    /// <summary>A result with every tensor in it replaced.</summary>
    private static object? Replaced(object? result, Func<Tensor, Tensor> instead)
    {
        switch (result)
        {
            case Tensor tensor:
                return instead(tensor);
            case ITuple tuple:
                return Activator.CreateInstance(
                    result.GetType(), [.. Enumerable.Range(0, tuple.Length).Select(i => Replaced(tuple[i], instead))]);
            case null:
                return null;
            default:
                // A record of tensors: its constructor takes its properties, in order.
                var maker = result.GetType().GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
                return maker.Invoke([.. maker.GetParameters().Select(p => Replaced(result.GetType().GetProperty(p.Name!)?.GetValue(result), instead))]);
        }
    }
}

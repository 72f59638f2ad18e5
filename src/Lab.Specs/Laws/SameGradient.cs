using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>The op's gradient agrees with that of an independent way of computing it.</summary>
internal static class SameGradient
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "gradient equals the oracle's",
        "In double precision the gradient in every differentiable input equals that of an independent computation.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            if (Gradients.ByAutograd(spec, spec.Oracle, @case, arguments) is not { } expected)
                return Verdict.DoesNotApply;
            return Gradients.ByAutograd(spec, op, @case, arguments) is { } got
                ? Same(arguments, got, expected, spec.Tolerance)
                : Verdict.Fails("The result does not depend on its inputs as far as autograd can see: the graph was cut.");
        });

    /// <summary>Compares gradients argument by argument.</summary>
    public static Verdict Same(
        IReadOnlyList<Argument> arguments, Tensor[] got, Tensor[] expected, Tolerance tolerance, string what = "gradient")
    {
        var names = arguments.Where(a => a.Differentiable).Select(a => a.Name).ToArray();
        var verdict = Verdict.Holds;
        for (var i = 0; i < names.Length && !verdict.IsFailure; i++)
            verdict = Comparison.Same($"{what} in {names[i]}", got[i], expected[i], tolerance);
        return verdict;
    }
}

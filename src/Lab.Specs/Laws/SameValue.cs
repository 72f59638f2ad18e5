using Lab.Specs.Harness;

namespace Lab.Specs.Laws;

/// <summary>The op agrees with an independent way of computing it.</summary>
internal static class SameValue
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "value equals the oracle's",
        "In double precision the result equals that of an independent computation.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            return Outputs.Same(spec.Values(op, @case, arguments), spec.Values(spec.Oracle, @case, arguments), spec.Tolerance);
        });
}

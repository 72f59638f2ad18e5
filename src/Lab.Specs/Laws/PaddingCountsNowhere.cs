using Lab.Specs.Harness;

namespace Lab.Specs.Laws;

/// <summary>What stands in padded places has no effect.</summary>
internal static class PaddingCountsNowhere
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "padding counts nowhere",
        "Other numbers in masked or ignored places, even NaN, change neither the result nor any gradient.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            if (spec.DisturbPadding(@case, arguments) is not { } disturbed)
                return Verdict.DoesNotApply;

            return Outputs.Same(spec.Values(op, @case, disturbed), spec.Values(op, @case, arguments), spec.Tolerance)
                .Then(() => Gradients.ByAutograd(spec, op, @case, disturbed) is { } got
                    && Gradients.ByAutograd(spec, op, @case, arguments) is { } expected
                        ? SameGradient.Same(arguments, got, expected, spec.Tolerance)
                        : Verdict.Holds)
                .On(disturbed);
        });
}

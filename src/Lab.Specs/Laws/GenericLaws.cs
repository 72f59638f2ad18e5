using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>The laws that every spec gets for free.</summary>
internal static class GenericLaws
{
    public static IEnumerable<Law<TOp, TCase>> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case
    {
        yield return SameValue.Of(spec);
        if (spec.IsDifferentiable)
        {
            yield return SameGradient.Of(spec);
            yield return FiniteDifferences.Of(spec);
            if (spec.IsTwiceDifferentiable)
                yield return SecondGradient.Of(spec);
        }
        if (spec.TakesRealNumbers)
        {
            yield return SinglePrecision.Of(spec);
            if (spec.TakesHalfPrecision)
                yield return HalfPrecision.Of(spec);
            yield return ExtremeMagnitudes.Of(spec);
        }
        yield return AnyLayout.Of(spec);
        if (spec.KeepsExamplesApart)
        {
            yield return BatchSplit.Of(spec);
            yield return EmptyBatch.Of(spec);
        }
        if (spec.HasPadding)
            yield return PaddingCountsNowhere.Of(spec);
        if (spec.HasKernel)
            yield return BothForms.Of(spec);
        if (spec.BadInputs.Any())
            yield return RefusesBadInput.Of(spec);
        yield return InputsUnchanged.Of(spec);
        yield return NothingLeftBehind.Of(spec);
        yield return AnyThread.Of(spec);
        if (cuda.is_available())
            yield return SameOnCuda.Of(spec);
    }
}

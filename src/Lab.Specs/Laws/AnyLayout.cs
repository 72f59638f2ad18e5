using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>The op reads its inputs by shape and not by how they lie in memory.</summary>
internal static class AnyLayout
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "memory layout does not matter",
        "Transposed, sliced and expanded inputs give the result of a contiguous copy, and so do gradients that come back so.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            var verdict = Verdict.Holds;
            for (var i = 0; i < arguments.Count; i++)
            {
                foreach (var (how, strided) in Layouts(arguments[i]))
                {
                    if (verdict.IsFailure)
                        return verdict;
                    var changed = arguments.ToArray();
                    changed[i] = arguments[i].With(strided);
                    var copied = arguments.ToArray();
                    copied[i] = arguments[i].With(strided.clone().contiguous());
                    verdict = Outputs.Same(spec.Values(op, @case, changed), spec.Values(op, @case, copied), spec.Tolerance);
                    if (verdict.IsFailure)
                        verdict = Verdict.Fails(
                            $"With {how} {arguments[i].Name}: {verdict.Reason}", verdict.Evidence, verdict.First).On(copied);
                }
            }
            return spec.IsDifferentiable
                ? verdict.Then(() => Back(spec, op, @case, arguments, transposed: false))
                    .Then(() => Back(spec, op, @case, arguments, transposed: true))
                : verdict;
        })
        { Cases = 40 };

    private static Verdict Back<TOp, TCase>(
        Spec<TOp, TCase> spec, TOp op, TCase @case, IReadOnlyList<Argument> arguments, bool transposed)
        where TOp : Delegate
        where TCase : Case
    {
        if (Gradients.HandedDown(spec, op, @case, arguments, transposed, contiguous: true) is not { } expected
            || Gradients.HandedDown(spec, op, @case, arguments, transposed, contiguous: false) is not { } got)
            return Verdict.Holds;
        var verdict = SameGradient.Same(arguments, got, expected, spec.Tolerance);
        return verdict.IsFailure
            ? Verdict.Fails(
                $"Where the gradient comes back {(transposed ? "transposed" : "expanded, from a sum")}: {verdict.Reason}",
                verdict.Evidence, verdict.First)
            : verdict;
    }

    private static IEnumerable<(string How, Tensor Strided)> Layouts(Argument argument)
    {
        var value = argument.Value;
        var rank = (int)value.dim();
        if (rank == 0 || value.numel() == 0)
            yield break;
        if (rank >= 2)
            yield return ("a transposed", value.transpose(0, rank - 1).contiguous().transpose(0, rank - 1));
        var spaced = value.repeat_interleave(2, rank - 1);
        yield return ("a sliced", spaced.slice(rank - 1, 0, spaced.size(rank - 1), 2));
        var dim = argument.BatchDim ?? 0;
        yield return ("an expanded", value.narrow(dim, 0, 1).expand(value.shape));
    }
}

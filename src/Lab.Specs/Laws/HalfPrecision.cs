using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>In half precision the op works, keeps the dtype, and is as right as so few digits allow.</summary>
internal static class HalfPrecision
{
    private static readonly (ScalarType Dtype, double UnitsOfSingle)[] halves =
        [(ScalarType.Float16, 1 << 13), (ScalarType.BFloat16, 1 << 16)]; // 10 and 7 binary digits against 23

    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "float16 and bfloat16 stay within their error bounds",
        "Given half precision the op answers in the same dtype, as close to the double-precision result as its rounding allows.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            return SinglePrecision.Magnitude(arguments) > 100 // where a square would overflow
                ? Verdict.DoesNotApply
                : halves.Aggregate(Verdict.Holds, (verdict, half) => verdict.Then(() =>
                    SinglePrecision.Rounded(spec, op, @case, arguments, half.Dtype, half.UnitsOfSingle)));
        })
        { Cases = 50 };
}

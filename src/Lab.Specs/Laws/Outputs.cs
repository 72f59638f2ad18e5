using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>Compares all outputs of an op with those expected.</summary>
internal static class Outputs
{
    public static Verdict Same(Tensor[] got, Tensor[] expected, Tolerance tolerance, ScalarType? real = null)
    {
        if (got.Length != expected.Length)
            return Verdict.Fails($"The op gave {got.Length} results, expected {expected.Length}.");
        var verdict = Verdict.Holds;
        for (var i = 0; i < got.Length && !verdict.IsFailure; i++)
        {
            var what = got.Length == 1 ? "result" : $"result {i + 1}";
            var dtype = expected[i].is_floating_point() ? real ?? expected[i].dtype : expected[i].dtype;
            verdict = got[i].dtype == dtype
                ? Comparison.Same(what, got[i], expected[i], tolerance)
                : Verdict.Fails($"The {what} has dtype {got[i].dtype}, expected {dtype}.");
        }
        return verdict;
    }
}

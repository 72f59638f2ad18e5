using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>Every documented bad input is refused by name, before any work.</summary>
internal static class RefusesBadInput
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "bad input is refused",
        "Every documented bad input gives an ArgumentException that names the parameter and what was got, "
        + "and leaves the inputs as they were and no tensor behind.",
        (op, _) => spec.BadInputs.Aggregate(Verdict.Holds, (verdict, bad) => verdict.Then(() => Check(op, bad))))
        { Cases = 1 };

    private static Verdict Check<TOp>(TOp op, BadInput<TOp> bad)
        where TOp : Delegate
    {
        using var scope = NewDisposeScope();
        var inputs = bad.Draw();
        return Check(op, bad, inputs).On([.. inputs.Select((t, i) => new Argument($"input {i + 1}", t))]);
    }

    private static Verdict Check<TOp>(TOp op, BadInput<TOp> bad, Tensor[] inputs)
        where TOp : Delegate
    {
        using var scope = NewDisposeScope();
        var before = inputs.Select(t => t.clone()).ToArray();
        var alive = scope.DisposablesCount;
        try
        {
            bad.Call(op, inputs);
        }
        catch (ArgumentException refusal)
        {
            return Verdict
                .Require(
                    refusal.ParamName == bad.Parameter,
                    $"Given {bad.Description}, the error names \"{refusal.ParamName}\", expected \"{bad.Parameter}\": {refusal.Message}")
                .Then(() => Verdict.Require(
                    refusal is ArgumentNullException || refusal.Message.Contains("got", StringComparison.Ordinal)
                        || refusal.Message.Contains("Actual value", StringComparison.Ordinal),
                    $"Given {bad.Description}, the error does not say what it got: {refusal.Message}"))
                .Then(() => Verdict.Require(
                    scope.DisposablesCount == alive, $"Given {bad.Description}, tensors were left behind."))
                .Then(() => InputsUnchanged.Same(bad.Description, before, inputs));
        }
        catch (CaseOutsideException)
        {
            return Verdict.Holds;                         // an option that this version does not have
        }
#pragma warning disable CA1031 // Any other exception is the finding.
        catch (Exception other)
#pragma warning restore CA1031
        {
            return Verdict.Fails(
                $"Given {bad.Description}, expected an ArgumentException for \"{bad.Parameter}\", got {other.GetType().Name}.");
        }
        return Verdict.Fails($"Given {bad.Description}, expected an ArgumentException for \"{bad.Parameter}\", got a result.");
    }
}

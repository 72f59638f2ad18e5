using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>The op disposes all that it made but its result.</summary>
internal static class NothingLeftBehind
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "no tensor is left behind",
        "Of the tensors that a call makes, only its result is alive afterwards: long loops stay flat in memory.",
        (op, @case) =>
        {
            using var scope = NewDisposeScope();
            var inputs = @case.Draw().Select(a => a.Value).ToArray();
            spec.Call(op, @case, inputs);                 // whatever the op keeps for later calls is made now
            using var noGrad = no_grad();
            var statistics = DisposeScopeManager.Statistics.TensorStatistics;
            var (inScope, alive) = (scope.DisposablesCount, statistics.ThreadTotalLiveCount);
            var made = spec.Call(op, @case, inputs).Except(inputs, ReferenceEqualityComparer.Instance).Count();
            var owned = scope.DisposablesCount - inScope;
            var left = Math.Max(owned, statistics.ThreadTotalLiveCount - alive) - made;
            return Verdict
                .Require(left <= 0, $"{left} tensors besides the result are still alive after the call.")
                .Then(() => Verdict.Require(owned >= made, "The result is not in its caller's scope, and outlives it."));
        })
        { Cases = 10 };
}

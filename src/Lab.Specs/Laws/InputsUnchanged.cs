using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>The op does not write on its inputs.</summary>
internal static class InputsUnchanged
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "inputs are left unchanged",
        "After the call every input holds the numbers it held before.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            var before = arguments.Select(a => a.Value.clone()).ToArray();
            spec.Values(op, @case, arguments);
            if (arguments.Any(a => a.Differentiable))
                spec.Call(op, @case, [.. arguments.Select(a => a.Differentiable ? a.Value.requires_grad_() : a.Value)]);
            return Same("usual inputs", before, [.. arguments.Select(a => a.Value)]);
        })
        { Cases = 30 };

    public static Verdict Same(string given, Tensor[] before, Tensor[] after)
    {
        var changed = before.Zip(after).Any(p => p.First.device_type != DeviceType.META
            && !Comparison.Same("input", p.Second, p.First, new Tolerance(0, 0)).Equals(Verdict.Holds));
        return Verdict.Require(!changed, $"Given {given}, the op wrote on its inputs.");
    }
}

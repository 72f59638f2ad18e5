using Lab.Specs.Harness;
using TorchSharp;

namespace Lab.Specs.Laws;

/// <summary>The op gives on a GPU what it gives on the CPU, and leaves the result there.</summary>
internal static class SameOnCuda
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "CUDA equals CPU",
        "On a GPU, value and gradient are those of the CPU, and the result lives where the inputs live.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            var onDevice = arguments.Select(a => a.With(a.Value.cuda())).ToArray();
            var results = spec.Values(op, @case, onDevice);
            if (results.Any(r => r.device_type != DeviceType.CUDA))
                return Verdict.Fails("A result was moved off the GPU.");
            return Outputs.Same(results, spec.Values(op, @case, arguments), spec.Tolerance)
                .Then(() => Gradients.ByAutograd(spec, op, @case, onDevice) is { } got
                    && Gradients.ByAutograd(spec, op, @case, arguments) is { } expected
                        ? SameGradient.Same(arguments, got, expected, spec.Tolerance)
                        : Verdict.Holds);
        })
        { Cases = 50 };
}

using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>Autograd can run through the op's gradient again: for gradient penalties and curvature.</summary>
internal static class SecondGradient
{
    private const double Step = 1e-5;

    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "the gradient has a gradient",
        "A second backward through the first gives how the gradient changes: (g(x + h·v) - g(x - h·v)) / 2h for a direction v.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            if (!spec.SmoothAt(@case))
                return Verdict.DoesNotApply;
            using var generator = new Generator((ulong)@case.Seed, CPU);
            var direction = arguments.Where(a => a.Differentiable)
                .Select(a => randn(a.Value.shape, dtype: ScalarType.Float64, generator: generator)).ToArray();
            if (Gradients.Change(spec, op, @case, arguments, direction) is not { } change
                || At(Step) is not { } after || At(-Step) is not { } before)
                return Gradients.ByAutograd(spec, spec.Oracle, @case, arguments) is null
                    ? Verdict.DoesNotApply
                    : Verdict.Fails("There is not even a first gradient: the graph was cut.");

            var expected = after.Zip(before).Select(p => (p.First - p.Second) / (2 * Step)).ToArray();
            var scale = expected.Concat(after).Where(t => t.numel() > 0).Select(t => t.abs().max().ToDouble()).DefaultIfEmpty(0).Max();
            return SameGradient.Same(arguments, change, expected, new Tolerance(1e-5, 1e-6 * (1 + scale)), "change of the gradient");

            Tensor[]? At(double step)
            {
                var next = 0;
                return Gradients.ByAutograd(spec, op, @case, [.. arguments.Select(a =>
                    a.Differentiable ? a.With(a.Value + step * direction[next++]) : a)]);
            }
        })
        { Cases = 30 };
}

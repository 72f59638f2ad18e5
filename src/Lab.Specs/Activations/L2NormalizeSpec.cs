using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Activations;

/// <summary>Normalising to length 1 against the library's.</summary>
public sealed class L2NormalizeSpec : Spec<Func<Tensor, long, double, Tensor>, LogitsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, long, double, Tensor> Op => Activation.L2Normalize;

    /// <inheritdoc/>
    public override Func<Tensor, long, double, Tensor> Oracle => (vectors, dim, epsilon) => F.normalize(vectors, 2, dim, epsilon);

    /// <inheritdoc/>
    public override Gen<LogitsCase> Cases =>
        from c in LogitsCase.Any
        from epsilon in Gen.Elements<double?>(null, null, 0.5, 50) // longer than many of the vectors
        select c with { Name = "vectors", Epsilon = epsilon, Extremes = [1e4, -1e4], ExtremesOfValue = [double.NaN] };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, long, double, Tensor> op, LogitsCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Dim, @case.Epsilon ?? 1e-12)];

    /// <inheritdoc/>
    public override bool SmoothAt(LogitsCase @case) => @case.Scale > 0 && @case.Decimals is null; // a zero vector is a kink

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, long, double, Tensor>>> BadInputs =>
    [
        .. CommonBadInputs.AlongDimension<Func<Tensor, long, double, Tensor>>("vectors", (op, x, dim) => op(x, dim, 1e-12)),
        new("a negative epsilon", "epsilon", () => [ones(2, 3)], (op, x) => op(x[0], 1, -1)),
        new("epsilon 0", "epsilon", () => [ones(2, 3)], (op, x) => op(x[0], 1, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, long, double, Tensor>, LogitsCase>> OwnLaws =>
    [
        Own("the length is one", "Every vector comes out with length 1, and a zero vector stays zero.", (op, c) =>
        {
            var vectors = c.Draw()[0].Value;
            var expected = vectors.ne(0).any(c.Dim).to(ScalarType.Float64);
            return Comparison.Same("squared length", op(vectors, c.Dim, 1e-12).square().sum(c.Dim), expected, Tolerance);
        }),
        Own("a short vector keeps its share", "A vector of half the length ε comes out with length 1/2, in every precision a zero vector with 0.", (op, c) =>
        {
            var unit = op(c.Draw()[0].Value, c.Dim, 1e-12);
            return Comparison.Same("result", op(unit / 2, c.Dim, 1), unit / 2, Tolerance)
                .Then(() => Comparison.Same(
                    "result", op(zeros_like(unit).to(ScalarType.Float16), c.Dim, 1e-12), zeros_like(unit), Tolerance));
        }),
        Own("size does not matter", "A vector of length 1e200 or 1e-200 has the direction of its unit version.", (op, c) =>
        {
            var vectors = c.Draw()[0].Value;
            var unit = op(vectors, c.Dim, 1e-300);
            return Comparison.Same("result", op(vectors * 1e200, c.Dim, 1e-300), unit, Tolerance)
                .Then(() => Comparison.Same("result", op(vectors * 1e-200, c.Dim, 1e-300), unit, Tolerance));
        }),
        Own("the gradient is tangent", "Moving along the vector changes nothing: gradient · x = 0.", (op, c) =>
        {
            var vectors = c.Draw()[0].Value.requires_grad_();
            var unit = op(vectors, c.Dim, 1e-12);
            (unit * arange(unit.numel(), dtype: ScalarType.Float64).reshape(unit.shape)).sum().backward();
            var along = (vectors.grad! * vectors).sum(c.Dim);
            return Comparison.Same("gradient · x", along, zeros_like(along), new Tolerance(0, 1e-9));
        }),
    ];
}

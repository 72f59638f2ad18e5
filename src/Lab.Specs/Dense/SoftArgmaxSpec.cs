using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Dense;

/// <summary>Logits of maps, and a temperature.</summary>
public sealed record MapLogitsCase : Case
{
    /// <summary>Images, keypoints, height, width.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>The temperature.</summary>
    public double Temperature { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
        [new("logits", Numbers().Reals(Shape.Sizes)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] }];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>The mean place against the sum over pixels of probability times place.</summary>
public sealed class SoftArgmaxSpec : Spec<Func<Tensor, double, Tensor>, MapLogitsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Op => Heatmap.SoftArgmax;

    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Oracle => (logits, temperature) =>
    {
        var p = (logits / temperature).flatten(2).log_softmax(2).exp();
        var place = arange(logits.size(2) * logits.size(3), dtype: logits.dtype);
        var places = stack([place.remainder(logits.size(3)), (place / logits.size(3)).floor()], -1);
        return p.matmul(places);                                                // [B, K, 2]
    };

    /// <inheritdoc/>
    public override Gen<MapLogitsCase> Cases =>
        from sizes in Gen.Choose(1, 5).ArrayOf(4)
        from temperature in Gen.Elements(0.2, 1.0, 3.0)
        from scale in Gen.Elements(0.0, 1.0, 10.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new MapLogitsCase { Shape = new([.. sizes.Select(s => (long)s)]), Temperature = temperature, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, Tensor> op, MapLogitsCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Temperature)];

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(20 * magnitude); // logits over 0.2, times a place

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, double, Tensor>>> BadInputs =>
    [
        new("integer logits", "logits", () => [ones(1, 2, 3, 3, dtype: ScalarType.Int64)], (op, x) => op(x[0], 1)),
        new("null for logits", "logits", () => [], (op, _) => op(null!, 1)),
        new("logits without a batch", "logits", () => [ones(2, 3, 3)], (op, x) => op(x[0], 1)),
        new("maps without pixels", "logits", () => [ones(1, 2, 3, 0)], (op, x) => op(x[0], 1)),
        new("temperature 0", "temperature", () => [ones(1, 2, 3, 3)], (op, x) => op(x[0], 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, Tensor>, MapLogitsCase>> OwnLaws =>
    [
        Own("a flat map's place is its middle", "Where all logits are equal the place is ((W - 1)/2, (H - 1)/2).", (op, c) =>
        {
            var flat = full(c.Shape.Sizes, 3.0, dtype: ScalarType.Float64);
            var middle = tensor([(c.Shape.Sizes[3] - 1) / 2.0, (c.Shape.Sizes[2] - 1) / 2.0]).expand(c.Shape.Sizes[0], c.Shape.Sizes[1], 2);
            return Comparison.Same("place", op(flat, c.Temperature), middle, Tolerance);
        }),
        Own("between pixels it is exact for a Gaussian", "A hill at 5.4 whose logarithm is the logit is read at 5.4, as long as the map holds all of it.", (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var point = 9 + 2 * rand([1, 1, 2], dtype: ScalarType.Float64, generator: generator);
            var hill = Heatmap.GaussianTargets(point, 21, 21, 1.2);
            return Comparison.Same("place", op(hill.log(), 1), point, new Tolerance(0, 1e-6));
        }),
        Own("cold it is the highest pixel", "At a temperature of 1e-4 the place is that of the highest pixel.", (op, c) =>
        {
            var z = c.Draw()[0].Value;
            var top = z.flatten(2).topk((int)Math.Min(2, z.size(2) * z.size(3)), 2).values;
            if (top.size(2) < 2 || (top.select(2, 0) - top.select(2, 1)).min().ToDouble() < 0.01)
                return Verdict.DoesNotApply;
            return Comparison.Same("place", op(z, 1e-4), Heatmap.PeakPixel(z, double.NegativeInfinity).Points, new Tolerance(0, 1e-9));
        }),
    ];
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using Lab.Specs.Similarities;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Cosine embedding loss against the library's, unreduced.</summary>
public sealed class CosineEmbeddingSpec : Spec<Func<Tensor, Tensor, Tensor, double, Tensor>, VectorsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, double, Tensor> Op => Loss.CosineEmbedding;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, double, Tensor> Oracle => (first, second, same, margin) =>
        // The library adds 1e-12 to squared lengths; a cosine does not change when its vectors grow, and that 1e-12 is lost.
        F.cosine_embedding_loss(
            1e6 * first.reshape(-1, first.size(-1)), 1e6 * second.reshape(-1, first.size(-1)),
            (2 * same.to(ScalarType.Int64) - 1).reshape(-1), margin, nn.Reduction.None).reshape(same.shape);

    /// <inheritdoc/>
    public override Gen<VectorsCase> Cases =>
        from c in VectorsCase.Any
        from margin in Gen.Elements(0.1, 0.55, -0.3, 1.0, -1.0)        // no cosine of round vectors: there is a kink
        select c with
        {
            Labelled = true,
            Margin = margin,
            Scale = c.Scale == 0 ? 1 : c.Scale,               // the slope at a zero vector depends on the library's ε
        };

    /// <inheritdoc/>
    public override bool SmoothAt(VectorsCase @case) =>
        @case is { Scale: > 0, Decimals: null, D: > 1 } && Math.Abs(@case.Margin) < 1;   // a cosine of ±1 is at the margin

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, double, Tensor> op, VectorsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], @case.Margin)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, double, Tensor>>> BadInputs =>
    [
        .. VectorsBadInputs.Pairs<Func<Tensor, Tensor, Tensor, double, Tensor>>("first", "second", (op, x, y, same) => op(x, y, same, 0), () => Yes(2)),
        .. VectorsBadInputs.Same<Func<Tensor, Tensor, Tensor, double, Tensor>>((op, x, same) => op(x, x, same, 0)),
        Margin("a margin above 1", 1.5),
        Margin("a margin below -1", -1.5),
        Margin("a margin that is not a number", double.NaN),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, double, Tensor>, VectorsCase>> OwnLaws =>
    [
        Own("pairs apart rest at the margin", "At 60° a pair apart costs 0.5 - margin down to nothing; together it costs 0.5.", (op, c) =>
        {
            var (x, y) = (tensor([2.0, 0.0]).unsqueeze(0), tensor([0.5, Math.Sqrt(0.75)]).unsqueeze(0));
            return Comparison.Same("loss", op(x, y, No(1), c.Margin), tensor([Math.Max(0, 0.5 - c.Margin)]), Tolerance)
                .Then(() => Comparison.Same("loss", op(x, -y, No(1), 0), tensor([0.0]), Tolerance))
                .Then(() => Comparison.Same("loss", op(x, y, Yes(1), c.Margin), tensor([0.5]), Tolerance));
        }),
        Own("it runs from 0 to 2", "Nothing for a vector and itself, 2 for a vector and its opposite; never outside.", (op, c) =>
        {
            var drawn = (c with { Scale = 1 }).Draw();
            var (x, all) = (drawn[0].Value, ones_like(drawn[2].Value));
            var losses = op(x, drawn[1].Value, drawn[2].Value, c.Margin);
            return Comparison.Same("loss", op(x, 3 * x, all, c.Margin), zeros(all.shape), Tolerance)
                .Then(() => Comparison.Same("loss", op(x, -x, all, c.Margin), 2 * ones(all.shape), Tolerance))
                .Then(() => Verdict.Require((losses >= -1e-12).logical_and(losses <= 2 + 1e-12).all().ToBoolean(), "It lies outside [0, 2]."));
        }),
    ];

    private static Tensor Yes(long count) => ones(count, dtype: ScalarType.Bool);

    private static Tensor No(long count) => zeros(count, dtype: ScalarType.Bool);

    private static BadInput<Func<Tensor, Tensor, Tensor, double, Tensor>> Margin(string description, double margin) =>
        new(description, "margin", () => [ones(2, 3), Yes(2)], (op, x) => op(x[0], x[0], x[1], margin));
}

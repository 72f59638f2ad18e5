using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Heads;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Heads;

/// <summary>Embeddings against the library's normalisation of one product after the other.</summary>
public sealed class EmbeddingHeadSpec : HeadSpec<Tensor, LinearCase>
{
    /// <inheritdoc/>
    public override Type Head => typeof(EmbeddingHead);

    /// <inheritdoc/>
    public override Func<LinearCase, nn.Module<Tensor, Tensor>> Op => c => new EmbeddingHead(c.D, c.K, c.Bias);

    /// <inheritdoc/>
    public override Tensor Reference(LinearCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p) =>
        F.normalize(LinearCase.Apply(features, p["project.weight"], p.GetValueOrDefault("project.bias")), 2, -1);

    /// <inheritdoc/>
    public override Tensor[] Tensors(Tensor output) => [output];

    /// <inheritdoc/>
    public override Gen<LinearCase> Cases =>
        from c in LinearCase.Any(Usual, 1.0, 30.0)
        from bias in Gen.Elements(true, false, false)
        select c with { Bias = bias };

    /// <inheritdoc/>
    public override LinearCase Usual => new() { Layer = "project", Bias = false };

    /// <inheritdoc/>
    public override bool SmoothAt(LinearCase @case) => @case.Decimals is null; // a zero vector is a kink

    /// <inheritdoc/>
    public override bool EverythingLearns(LinearCase @case) => @case.K > 1; // on a line there is no direction to learn

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<LinearCase, nn.Module<Tensor, Tensor>>>> BadInputs =>
        [.. base.BadInputs, Made("no dimensions", "dimensions", Usual with { K = 0 })];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<LinearCase, nn.Module<Tensor, Tensor>>, LinearCase>> HeadLaws =>
    [
        Own("every embedding has length one", "The dot product of two is their cosine, between -1 and 1.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            using var head = Build(op, c, drawn);
            var length = head.call(drawn[0]).square().sum(-1);
            return Comparison.Same("squared length", length, ones_like(length), Tolerance);
        }),
        Own("size does not matter", "Without a bias, features twice as long are embedded in the same place.", (op, c) =>
        {
            if (c.Bias)
                return Verdict.DoesNotApply;
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            using var head = Build(op, c, drawn);
            return Comparison.Same("embedding", head.call(2 * drawn[0]), head.call(drawn[0]), Tolerance);
        }),
        Own("no bias unless asked for", "A new head embeds features of zeros nowhere: in the middle of the sphere.", (_, c) =>
        {
            using var head = new EmbeddingHead(c.D, c.K);
            return Comparison.Same("embedding", head.call(zeros(1, c.D)), zeros(1, c.K), new Tolerance(0, 0));
        }) with { Cases = 5 },
    ];
}

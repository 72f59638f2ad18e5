using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Heads;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Heads;

/// <summary>The classifier's head against one product after the other.</summary>
public sealed class LinearHeadSpec : HeadSpec<Tensor, LinearCase>
{
    /// <inheritdoc/>
    public override Type Head => typeof(LinearHead);

    /// <inheritdoc/>
    public override Func<LinearCase, nn.Module<Tensor, Tensor>> Op => c => new LinearHead(c.D, c.K, c.Bias);

    /// <inheritdoc/>
    public override Tensor Reference(LinearCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p) =>
        LinearCase.Apply(features, p["classify.weight"], p.GetValueOrDefault("classify.bias"));

    /// <inheritdoc/>
    public override Tensor[] Tensors(Tensor output) => [output];

    /// <inheritdoc/>
    public override Gen<LinearCase> Cases =>
        from c in LinearCase.Any(Usual)
        from bias in Gen.Elements(true, true, false)
        select c with { Bias = bias };

    /// <inheritdoc/>
    public override LinearCase Usual => new();

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<LinearCase, nn.Module<Tensor, Tensor>>>> BadInputs =>
        [.. base.BadInputs, Made("no classes", "classes", Usual with { K = 0 })];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<LinearCase, nn.Module<Tensor, Tensor>>, LinearCase>> HeadLaws =>
    [
        Own("logits are unbounded and additive", "Twice the features, twice the logits less the bias: nothing squeezes them.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            using var head = Build(op, c, drawn);
            var (x, bias) = (drawn[0], head.call(zeros_like(drawn[0])));
            return Comparison.Same("result", head.call(2e3 * x) - bias, 2e3 * (head.call(x) - bias), new Tolerance(1e-9, 1e-9));
        }),
        Own("the loss takes it as it is", "Flattened, logits of any leading dimensions go to CrossEntropy with their targets.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            using var head = Build(op, c, drawn);
            var logits = head.call(drawn[0].reshape([1, .. drawn[0].shape])).flatten(0, -2);
            var losses = Loss.CrossEntropy(logits, zeros(logits.size(0), dtype: ScalarType.Int64));
            return Verdict.Require(losses.ge(0).all().ToBoolean(), "A loss is negative.");
        }),
    ];
}

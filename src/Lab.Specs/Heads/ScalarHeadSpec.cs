using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Heads;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Heads;

/// <summary>The head of one number against one product.</summary>
public sealed class ScalarHeadSpec : HeadSpec<Tensor, LinearCase>
{
    /// <inheritdoc/>
    public override Type Head => typeof(ScalarHead);

    /// <inheritdoc/>
    public override Func<LinearCase, nn.Module<Tensor, Tensor>> Op => c => new ScalarHead(c.D, c.Bias);

    /// <inheritdoc/>
    public override Tensor Reference(LinearCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p)
    {
        var sum = (features * p["regress.weight"][0]).sum(-1);
        return p.TryGetValue("regress.bias", out var bias) ? sum + bias[0] : sum;
    }

    /// <inheritdoc/>
    public override Tensor[] Tensors(Tensor output) => [output];

    /// <inheritdoc/>
    public override Gen<LinearCase> Cases =>
        from c in LinearCase.Any(Usual)
        from bias in Gen.Elements(true, true, false)
        select c with { Bias = bias, K = 1 };

    /// <inheritdoc/>
    public override LinearCase Usual => new() { Layer = "regress", K = 1 };

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<LinearCase, nn.Module<Tensor, Tensor>>, LinearCase>> HeadLaws =>
    [
        Own("no dimension of size one is left", "The output has the shape of the targets, and the losses take both as they are.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            using var head = Build(op, c, drawn);
            var answers = head.call(drawn[0]);
            var targets = zeros(c.Leading.Sizes, dtype: ScalarType.Float64);
            return Comparison.Same("loss", Loss.SquaredError(answers, targets), answers.square(), Tolerance);
        }),
    ];
}

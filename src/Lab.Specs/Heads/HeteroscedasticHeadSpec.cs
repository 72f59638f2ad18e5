using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Heads;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Heads;

/// <summary>Sizes of a head for mean and variance.</summary>
public sealed record HeteroscedasticCase : HeadCase
{
    /// <summary>Added to every variance.</summary>
    public double Floor { get; init; } = 1e-6;

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters =>
        [new("mean.weight", 1, D), new("mean.bias", 1), new("variance.weight", 1, D), new("variance.bias", 1)];

    /// <inheritdoc/>
    protected override int Outputs => 2;
}

/// <summary>Mean and variance against their formula.</summary>
public sealed class HeteroscedasticHeadSpec : HeadSpec<HeteroscedasticOutput, HeteroscedasticCase>
{
    /// <inheritdoc/>
    public override Type Head => typeof(HeteroscedasticHead);

    /// <inheritdoc/>
    public override Func<HeteroscedasticCase, nn.Module<Tensor, HeteroscedasticOutput>> Op =>
        c => new HeteroscedasticHead(c.D, c.Floor);

    /// <inheritdoc/>
    public override HeteroscedasticOutput Reference(
        HeteroscedasticCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        var raw = (features * p["variance.weight"][0]).sum(-1) + p["variance.bias"][0];
        return new(
            (features * p["mean.weight"][0]).sum(-1) + p["mean.bias"][0], logaddexp(raw, zeros_like(raw)) + @case.Floor);
    }

    /// <inheritdoc/>
    public override Tensor[] Tensors(HeteroscedasticOutput output) => [output.Mean, output.Variance];

    /// <inheritdoc/>
    public override Gen<HeteroscedasticCase> Cases => HeadCase.Any(
        from floor in Gen.Elements(1e-6, 0.5)
        select Usual with { Floor = floor });

    /// <inheritdoc/>
    public override HeteroscedasticCase Usual => new();

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<HeteroscedasticCase, nn.Module<Tensor, HeteroscedasticOutput>>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no floor", "varianceFloor", Usual with { Floor = 0 }),
        Made("a negative floor", "varianceFloor", Usual with { Floor = -1 }),
        Made("an infinite floor", "varianceFloor", Usual with { Floor = double.PositiveInfinity }),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<HeteroscedasticCase, nn.Module<Tensor, HeteroscedasticOutput>>, HeteroscedasticCase>> HeadLaws =>
    [
        Own("the variance is never below its floor", "However far down its number goes, in float32 too, and the loss takes it.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value.to(ScalarType.Float32)).ToArray();
            using var head = Build(op, c, drawn);
            var output = head.call(1e6 * drawn[0]);
            return Verdict.Require(output.Variance.ge((float)c.Floor).all().ToBoolean(), "A variance is below its floor.")
                .Then(() => Verdict.Require(
                    Loss.GaussianNegativeLogLikelihood(output.Mean, output.Variance, output.Mean).isfinite().all().ToBoolean(),
                    "The loss is not finite."));
        }),
        Own("mean and doubt share nothing", "A step that only lowers the mean's error leaves the variance as it is.", (op, c) =>
        {
            using var head = op(c);
            head.call(ones(2, c.D)).Mean.sum().backward();
            return head.named_parameters().Aggregate(Verdict.Holds, (verdict, p) => verdict.Then(() => Verdict.Require(
                (p.parameter.grad is not null) == p.name.StartsWith("mean.", StringComparison.Ordinal),
                $"The gradient of the mean is wrong in {p.name}.")));
        }) with { Cases = 10 },
    ];
}

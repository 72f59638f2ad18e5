using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Min-p against its definition on probabilities.</summary>
public sealed class MinPSpec : FilterSpec<Func<Tensor, double, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Op => LogitFilter.MinP;

    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Oracle => (logits, share) => ByRow(logits, (z, _) =>
    {
        var p = Softmax(z);
        return Kept(z, v => p[v] >= share * p.Max() * (1 - 1e-6));
    });

    /// <inheritdoc/>
    public override Gen<FilterCase> Cases => FilterCase.Any(Gen.Elements(1e-5, 0.05, 0.1, 0.5, 0.9, 1));

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, Tensor> op, FilterCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Number)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, double, Tensor>>> BadInputs =>
        [.. BadLogits((op, x) => op(x, 0.5)), .. BadShares("share", (op, x, share) => op(x, share))];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, Tensor>, FilterCase>> OwnLaws =>
    [
        KeepsOrDrops, KeepsTheBest, GradientPasses, ConstantChangesNothing,
        Own("half as probable as the best is enough for one half", "Of [.5, .25, .24] the share .5 keeps two, in single precision too.", (op, _) =>
            Comparison.Same(
                "mask of kept tokens", op(tensor([0.5f, 0.25f, 0.24f]).log().unsqueeze(0), 0.5)[0].isfinite(),
                tensor([true, true, false]), Tolerance)) with { Cases = 1 },
    ];
}

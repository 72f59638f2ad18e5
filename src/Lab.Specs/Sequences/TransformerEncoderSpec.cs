using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>The Transformer encoder against its equations, one source at a time, without padding.</summary>
public sealed class TransformerEncoderSpec : EncoderSpec<TransformerEncoder>
{
    /// <inheritdoc/>
    protected internal override EncoderCase Usual => base.Usual with { E = 4, Heads = 2 };

    /// <inheritdoc/>
    public override Gen<EncoderCase> Cases => EncoderCase.Any(Usual).Select(c => c with { E = 2 * c.E });

    /// <inheritdoc/>
    protected override IReadOnlyList<StateEntry> State(EncoderCase c)
    {
        ArgumentNullException.ThrowIfNull(c);
        return
        [
            new("embedding.weight", c.V, c.E),
            .. Enumerable.Range(0, c.Layers).SelectMany(layer => (StateEntry[])
            [
                .. TransformerByHand.Pair($"layers.{layer}.attentionNorm", c.E), .. TransformerByHand.Attention($"layers.{layer}.attention", c.E, c.E),
                .. TransformerByHand.Pair($"layers.{layer}.feedNorm", c.E), .. TransformerByHand.Pair($"layers.{layer}.feed.expand", c.H, c.E),
                .. TransformerByHand.Pair($"layers.{layer}.feed.contract", c.E, c.H),
            ]),
            .. TransformerByHand.Pair("norm", c.E),
        ];
    }

    /// <inheritdoc/>
    protected internal override TransformerEncoder Make(EncoderCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.V, @case.E, @case.Heads, @case.Layers, @case.H, paddingIndex: @case.Padding);
    }

    /// <inheritdoc/>
    protected override Tensor Formula(EncoderCase c, Tensor source, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(c);
        ArgumentNullException.ThrowIfNull(source);
        var x = TransformerByHand.Embed(source.unsqueeze(0), p);
        var all = ones(1, source.size(0), source.size(0), dtype: ScalarType.Bool);
        for (var layer = 0; layer < c.Layers; layer++)
        {
            var normed = TransformerByHand.Norm(x, $"layers.{layer}.attentionNorm", p);
            x = x + TransformerByHand.Attend(normed, normed, all, c.Heads, $"layers.{layer}.attention", p).Context;
            x = x + TransformerByHand.Feed(TransformerByHand.Norm(x, $"layers.{layer}.feedNorm", p), $"layers.{layer}.feed", p);
        }
        return TransformerByHand.Norm(x, "norm", p).squeeze(0);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<EncoderCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no width", "width", () => new TransformerEncoder(5, 0, 1).Dispose()),
        Made("no heads", "heads", () => new TransformerEncoder(5, 4, 0).Dispose()),
        Made("heads that do not divide the width", "heads", () => new TransformerEncoder(5, 4, 3).Dispose()),
        Made("no inner width", "innerWidth", () => new TransformerEncoder(5, 4, 2, innerWidth: 0).Dispose()),
        Made("dropout of everything", "dropout", () => new TransformerEncoder(5, 4, 2, dropout: 1).Dispose()),
    ];
}

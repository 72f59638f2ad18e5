using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using Greedy = System.Func<
    Lab.Core.Sequences.IDecoderModel, Lab.Core.Sequences.IDecoderState, TorchSharp.torch.Tensor,
    Lab.Core.Sequences.Decoding.DecodingOptions, Lab.Core.Sequences.Decoding.DecodedRows>;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Greedy decoding against a loop over plain doubles.</summary>
public sealed class GreedySpec : RowStrategySpec<Greedy>
{
    /// <inheritdoc/>
    public override Greedy Op => Core.Sequences.Decoding.Decode.Greedy;

    /// <inheritdoc/>
    public override Greedy Oracle => (model, _, first, options) =>
        InPlain(model, first, options, _ => scores => Array.IndexOf(scores, scores.Max()));

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Greedy>> BadInputs =>
        BadStarts((op, model, start, first, options) => op(model, start, first, options));

    /// <inheritdoc/>
    public override IEnumerable<Law<Greedy, SequenceCase>> OwnLaws => RowLaws;

    /// <inheritdoc/>
    protected override DecodedRows Decode(Greedy op, SequenceCase @case, IDecoderModel model, IDecoderState start, Tensor first) =>
        op(model, start, first, @case.Decoding);
}

using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>The bidirectional LSTM encoder against the equations of an LSTM, one source at a time, without padding.</summary>
public sealed class Seq2SeqEncoderSpec : EncoderSpec<Seq2SeqEncoder>
{
    private static readonly string[] directions = ["", "_reverse"];

    /// <inheritdoc/>
    protected override IReadOnlyList<StateEntry> State(EncoderCase c)
    {
        ArgumentNullException.ThrowIfNull(c);
        return
        [
            new("embedding.weight", c.V, c.E),
            .. from layer in Enumerable.Range(0, c.Layers)
               from direction in directions
               from entry in new StateEntry[]
               {
                   new($"rnn.weight_ih_l{layer}{direction}", 4 * c.H, layer == 0 ? c.E : 2 * c.H),
                   new($"rnn.weight_hh_l{layer}{direction}", 4 * c.H, c.H),
                   new($"rnn.bias_ih_l{layer}{direction}", 4 * c.H),
                   new($"rnn.bias_hh_l{layer}{direction}", 4 * c.H),
               }
               select entry,
        ];
    }

    /// <inheritdoc/>
    protected internal override Seq2SeqEncoder Make(EncoderCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.V, @case.E, @case.H, @case.Layers, paddingIndex: @case.Padding);
    }

    /// <inheritdoc/>
    protected override Tensor Formula(EncoderCase c, Tensor source, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(c);
        ArgumentNullException.ThrowIfNull(p);
        var states = p["embedding.weight"].index_select(0, source);
        for (var layer = 0; layer < c.Layers; layer++)
            states = cat(
                [
                    LstmByHand.Layer(states, c.H, p, $"l{layer}", backwards: false),
                    LstmByHand.Layer(states, c.H, p, $"l{layer}_reverse", backwards: true),
                ], -1);
        return states;
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<EncoderCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no width of embeddings", "embeddingWidth", () => new Seq2SeqEncoder(5, 0, 2).Dispose()),
        Made("no hidden width", "hiddenWidth", () => new Seq2SeqEncoder(5, 3, 0).Dispose()),
        Made("dropout of everything", "dropout", () => new Seq2SeqEncoder(5, 3, 2, dropout: 1).Dispose()),
    ];
}

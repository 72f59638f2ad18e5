using Lab.Core.Sequences;
using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>
/// The decoder that tutorials have: an LSTM of two layers that reads the last token and what attention, asked by the upper layer,
/// found in the source. Attention projects the source once, not at every step; and the layers are cells, as one step at a time needs.
/// </summary>
internal sealed class RecurrentTranslator : IDecoderModel, IDisposable
{
    private const int Heads = 4;
    private readonly Tensor[] given;
    private readonly Tensor embedding;
    private readonly Tensor outputWeight;
    private readonly Tensor outputBias;
    private readonly TorchSharp.Modules.LSTMCell[] layers;
    private readonly MultiHeadAttention attention;
    private readonly AttentionMemory source;
    private readonly long hidden;

    /// <param name="weights">Embedding; four tensors for each layer of the LSTM, in the library's order; weight and bias of attention's
    /// input and output; weight and bias of the output; the source <c>[1, S, H]</c>.</param>
    public RecurrentTranslator(Tensor[] weights)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        given = weights;
        (embedding, outputWeight, outputBias) = (weights[0], weights[13], weights[14]);
        hidden = weights[2].size(1);
        layers = [nn.LSTMCell(weights[1].size(1), hidden), nn.LSTMCell(hidden, hidden)];
        string[] names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
        for (var layer = 0; layer < layers.Length; layer++)
            foreach (var (name, parameter) in layers[layer].named_parameters())
                parameter.copy_(weights[1 + 4 * layer + Array.IndexOf(names, name)]);
        attention = new MultiHeadAttention(hidden, Heads, hidden);
        foreach (var (name, parameter) in attention.named_parameters())
        {
            var (part, isBias) = (name.Split('.')[0], name.EndsWith("bias", StringComparison.Ordinal));
            parameter.copy_(part == "output"
                ? weights[isBias ? 12 : 11]
                : weights[isBias ? 10 : 9].narrow(0, hidden * Array.IndexOf(["query", "key", "value"], part), hidden));
        }
        attention.eval();
        source = attention.Remember(weights[15], weights[15]);
        source.Keys.DetachFromDisposeScope();
        source.Values.DetachFromDisposeScope();
    }

    public bool IsOf(Tensor[] weights) => ReferenceEquals(given, weights);

    /// <summary>A state of one row that has read nothing.</summary>
    public IDecoderState Start()
    {
        using var scope = NewDisposeScope();
        return new TensorState([zeros(2, 1, hidden), zeros(2, 1, hidden), source.Keys.alias(), source.Values.alias()], [1, 1, 0, 0]);
    }

    public DecoderStep Step(Tensor tokens, IDecoderState state)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var before = ((TensorState)state).Tensors;
        var query = before[0].select(0, -1).unsqueeze(1);                               // [N, 1, H]
        var context = attention.Attend(query, new(before[2], before[3], null)).Context;
        var read = cat([embedding.index_select(0, tokens).unsqueeze(1), context], -1);
        var (output, h, c) = (read.squeeze(1), new List<Tensor>(), new List<Tensor>());
        for (var layer = 0; layer < layers.Length; layer++)
        {
            (output, var cell) = layers[layer].call(output, (before[0].select(0, layer), before[1].select(0, layer)));
            h.Add(output);
            c.Add(cell);
        }
        // Asked for x·Wᵀ with few rows of x, LibTorch repacks all of W at every step; for W·xᵀ it reads it once.
        var logits = outputBias.unsqueeze(1).addmm(outputWeight, output.t()).t().contiguous();
        return new(logits.MoveToOuterDisposeScope(), new TensorState([stack(h), stack(c), before[2].alias(), before[3].alias()], [1, 1, 0, 0]));
    }

    public void Dispose()
    {
        foreach (var layer in layers)
            layer.Dispose();
        attention.Dispose();
        source.Keys.Dispose();
        source.Values.Dispose();
    }
}

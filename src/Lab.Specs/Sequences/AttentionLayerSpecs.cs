using Lab.Core.Sequences;
using Lab.Specs.Heads;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>The formulas of the three attention layers, as parts of a decoder's oracle.</summary>
internal sealed class AttentionLayerSpecs
{
    private readonly DotAttentionSpec dot = new();
    private readonly AdditiveAttentionSpec additive = new();
    private readonly MultiHeadAttentionSpec multiHead = new();

    /// <summary>The parameters of the attention of a decoder.</summary>
    public IReadOnlyList<StateEntry> State(DecoderCase c) => c.Attention switch
    {
        AttentionKind.Dot => dot.State(Sizes(c)),
        AttentionKind.Additive => additive.State(Sizes(c)),
        _ => multiHead.State(Sizes(c)),
    };

    /// <summary>One query a row, <c>[B, H]</c>; context <c>[B, C]</c> and weights <c>[B, S]</c>, over heads their mean.</summary>
    public AttentionOutput Look(DecoderCase c, Tensor query, Tensor memory, Tensor mask, IReadOnlyDictionary<string, Tensor> p)
    {
        const string Prefix = "attention.";
        var own = p.Where(entry => entry.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[Prefix.Length..], entry => entry.Value);
        var (queries, masks) = (query.unsqueeze(1), mask.unsqueeze(1));
        var output = c.Attention switch
        {
            AttentionKind.Dot => dot.Formula(Sizes(c), queries, memory, memory, masks, own),
            AttentionKind.Additive => additive.Formula(Sizes(c), queries, memory, memory, masks, own),
            _ => multiHead.Formula(Sizes(c), queries, memory, memory, masks, own),
        };
        var weights = output.Weights.dim() == 4 ? output.Weights.mean([1]) : output.Weights;
        return new(output.Context.squeeze(1), weights.squeeze(1));
    }

    private static AttentionLayerCase Sizes(DecoderCase c) => new() { Q = c.H, K = c.M, V = c.M, A = c.H, Heads = c.Heads };
}

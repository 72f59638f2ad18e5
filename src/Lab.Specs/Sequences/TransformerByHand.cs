using Lab.Specs.Heads;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sequences;

/// <summary>The parts of a Transformer by their equations: the oracle of encoder and decoder.</summary>
internal static class TransformerByHand
{
    private static readonly MultiHeadAttentionSpec attention = new();

    /// <summary>Names and shapes of a norm, a linear layer, or several of them.</summary>
    public static StateEntry[] Pair(string name, long rows, long? columns = null) =>
        [columns is { } width ? new($"{name}.weight", rows, width) : new($"{name}.weight", rows), new($"{name}.bias", rows)];

    /// <summary>Names and shapes of an attention of width D over a memory.</summary>
    public static IEnumerable<StateEntry> Attention(string name, int width, int memory) =>
        attention.State(new() { Q = width, K = memory, V = memory }).Select(e => new StateEntry($"{name}.{e.Name}", e.Shape));

    /// <summary>Embedded tokens and their places, <c>[..., T]</c> to <c>[..., T, D]</c>, one number of a place after the other.</summary>
    public static Tensor Embed(Tensor tokens, IReadOnlyDictionary<string, Tensor> p)
    {
        var weight = p["embedding.weight"];
        var width = (int)weight.size(1);
        var places = Enumerable.Range(0, (int)tokens.size(-1)).SelectMany(s => Enumerable.Range(0, width).Select(j =>
        {
            var angle = s / Math.Pow(10000, j / 2 * 2 / (double)width);
            return j % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
        })).ToArray();
        var embedded = weight.index_select(0, tokens.flatten()).reshape([.. tokens.shape, width]);
        return embedded * Math.Sqrt(width) + tensor(places, dtype: weight.dtype).reshape(-1, width);
    }

    /// <summary>Layer normalisation, over the last dimension.</summary>
    public static Tensor Norm(Tensor x, string name, IReadOnlyDictionary<string, Tensor> p)
    {
        var centred = x - x.mean([-1], keepdim: true);
        return centred / (centred.square().mean([-1], keepdim: true) + 1e-5).sqrt() * p[$"{name}.weight"] + p[$"{name}.bias"];
    }

    /// <summary>The feed-forward layer.</summary>
    public static Tensor Feed(Tensor x, string name, IReadOnlyDictionary<string, Tensor> p)
    {
        var inner = F.linear(x, p[$"{name}.expand.weight"], p[$"{name}.expand.bias"]);
        return F.linear(
            inner * (1 + (inner / Math.Sqrt(2)).erf()) / 2, p[$"{name}.contract.weight"], p[$"{name}.contract.bias"]);
    }

    /// <summary>Attention of <c>[B, T, D]</c> to a memory under a mask <c>[B, T, S]</c>; weights <c>[B, T, S]</c> are the mean over heads.</summary>
    public static (Tensor Context, Tensor Weights) Attend(
        Tensor x, Tensor memory, Tensor mask, int heads, string name, IReadOnlyDictionary<string, Tensor> p)
    {
        var own = p.Where(e => e.Key.StartsWith($"{name}.", StringComparison.Ordinal)).ToDictionary(e => e.Key[(name.Length + 1)..], e => e.Value);
        var output = attention.Formula(new() { Q = (int)x.size(-1), Heads = heads }, x, memory, memory, mask, own);
        return (output.Context, output.Weights.mean([1]));
    }
}

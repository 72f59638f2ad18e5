using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>The one shape dialect of attention: queries <c>[..., T, D]</c>, keys <c>[..., S, D]</c>, values <c>[..., S, E]</c>.</summary>
internal static class AttentionShapes
{
    public static void RequireTriple(Tensor queries, Tensor keys, Tensor values, Tensor? mask)
    {
        Require.FloatingPoint(queries);
        if (queries.dim() < 2 || queries.size(-1) == 0)
            throw Require.BadShape(queries, "[..., T, D] with D >= 1");
        var shape = queries.shape;
        var (leading, queryCount, width) = (shape[..^2], shape[^2], shape[^1]);

        RequireLike(keys, queries, nameof(keys));
        if (!HasLeading(keys, leading) || keys.size(-1) != width || keys.size(-2) == 0)
            throw Require.BadShape(keys, $"[{Text(leading)}S, {width}] with S >= 1");
        var keyCount = keys.size(-2);
        RequireLike(values, queries, nameof(values));
        if (!HasLeading(values, leading) || values.size(-2) != keyCount)
            throw Require.BadShape(values, $"[{Text(leading)}{keyCount}, E]");
        if (mask is null)
            return;

        Require.Mask(mask);
        Require.SameDevice(mask, queries);
        long[] wanted = [.. leading, queryCount, keyCount];
        if (!Broadcasts(mask.shape, wanted))
            throw Require.BadShape(mask, $"that broadcasts to [{Text(leading)}{queryCount}, {keyCount}]");
    }

    /// <summary>
    /// Puts zeros in the place of keys and values that no query may see, and of queries that may see no key: what stands
    /// there then has no effect, also where it is NaN, and gets no gradient.
    /// </summary>
    public static (Tensor Queries, Tensor Keys, Tensor Values) Silence(Tensor queries, Tensor keys, Tensor values, Tensor? mask)
    {
        if (mask is null)
            return (queries, keys, values);
        var full = mask.dim() == 1 ? mask.unsqueeze(0) : mask;                  // [..., T or 1, S or 1]
        var blind = full.any(-1, keepdim: true).logical_not();                  // [..., T or 1, 1]
        var unseen = full.any(-2).logical_not().unsqueeze(-1);                  // [..., S or 1, 1]
        return (queries.masked_fill(blind, 0), keys.masked_fill(unseen, 0), values.masked_fill(unseen, 0));
    }

    private static void RequireLike(Tensor tensor, Tensor queries, string name)
    {
        Require.FloatingPoint(tensor, name);
        Require.SameDtype(tensor, queries, name);
        Require.SameDevice(tensor, queries, name);
    }

    private static bool HasLeading(Tensor tensor, long[] leading) =>
        tensor.dim() == leading.Length + 2 && tensor.shape.AsSpan(0, leading.Length).SequenceEqual(leading);

    private static bool Broadcasts(long[] small, long[] large)
    {
        if (small.Length == 0 || small.Length > large.Length)
            return false;
        for (var i = 1; i <= small.Length; i++)
            if (small[^i] != 1 && small[^i] != large[^i])
                return false;
        return true;
    }

    private static string Text(long[] leading) => string.Concat(leading.Select(size => $"{size}, "));
}

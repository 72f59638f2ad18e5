using static TorchSharp.torch;

namespace Lab.Data.Text;

/// <summary>Some pairs as tokens, filled up to the same length.</summary>
/// <param name="Sources"><c>[B, S]</c>, int64; padding behind short ones.</param>
/// <param name="Targets">Start, symbols, end, padding; <c>[B, T]</c>, int64. Without its last place it is what a decoder reads, and
/// without its first what it should put out.</param>
public readonly record struct TokenBatch(Tensor Sources, Tensor Targets);

/// <summary>Pairs of texts as pairs of token sequences, character by character.</summary>
/// <param name="pairs">The texts.</param>
/// <param name="sources">The vocabulary of the sources.</param>
/// <param name="targets">The vocabulary of the targets.</param>
public sealed class TokenPairs(IEnumerable<TextPair> pairs, Vocabulary sources, Vocabulary targets)
{
    private readonly (long[] Source, long[] Target)[] encoded =
        [.. pairs.Select(pair => (sources.Encode(pair.Source), (long[])[Vocabulary.Start, .. targets.Encode(pair.Target), Vocabulary.End]))];

    /// <summary>The number of pairs N.</summary>
    public int Count => encoded.Length;

    /// <summary>One epoch of batches in an order that the seed alone decides, each pair once.</summary>
    /// <remarks>Each step of a <c>foreach</c> over them runs in its own <c>DisposeScope</c>, which frees the batch and whatever the
    /// body makes when the next step starts.</remarks>
    /// <param name="size">Pairs in a batch, at least 1; the last batch holds what is left.</param>
    /// <param name="seed">Decides the order; give each epoch its own, such as its number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public IEnumerable<TokenBatch> Batches(int size, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var order = Enumerable.Range(0, Count).ToArray();
        var random = SplitMix64.Stream((ulong)seed, 0, 0);
        random.Shuffle(order);
        return Steps(order, size);
    }

    /// <summary>All pairs in one batch, in their own order.</summary>
    public TokenBatch All() => Batch(encoded);

    /// <summary>Sources alone, as a model reads them.</summary>
    /// <param name="texts">Texts of the source vocabulary, at least one character each.</param>
    /// <param name="vocabulary">The source vocabulary.</param>
    /// <returns><c>[B, S]</c>, int64.</returns>
    /// <exception cref="ArgumentException">No text, or one that is empty or holds a character outside.</exception>
    public static Tensor Sources(IEnumerable<string> texts, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(vocabulary);
        long[][] rows = [.. texts.Select(vocabulary.Encode)];
        if (rows.Length == 0 || rows.Any(row => row.Length == 0))
            throw new ArgumentException(
                $"texts must be at least one, of at least one character each, got {(rows.Length == 0 ? "none" : "an empty one")}.", nameof(texts));
        return Filled(rows);
    }

    private IEnumerable<TokenBatch> Steps(int[] order, int size)
    {
        foreach (var chosen in order.Chunk(size))
        {
            using var scope = NewDisposeScope();
            yield return Batch([.. chosen.Select(i => encoded[i])]);
        }
    }

    private static TokenBatch Batch((long[] Source, long[] Target)[] rows) =>
        new(Filled([.. rows.Select(row => row.Source)]), Filled([.. rows.Select(row => row.Target)]));

    private static Tensor Filled(long[][] rows)
    {
        var length = rows.Max(row => row.Length);
        var filled = new long[rows.Length * length];                          // padding is 0
        for (var i = 0; i < rows.Length; i++)
            rows[i].CopyTo(filled, i * length);
        return tensor(filled, rows.Length, length);
    }
}

using Lab.Core.Sets;
using static TorchSharp.torch;

namespace Lab.Data.Conll;

/// <summary>Between the spans of sentences and the tensors of slots, which count the last token in and types by number.</summary>
public static class EntitySets
{
    /// <summary>What slots learn from.</summary>
    /// <param name="sentences">The spans of each sentence, in any order; one or more sentences, of which some may have none.</param>
    /// <param name="types">Types by number.</param>
    /// <returns>Tensors on the CPU, padded to the fullest sentence.</returns>
    /// <exception cref="ArgumentException">No sentence, a type that is not among those, or a span without a word.</exception>
    public static SlotTargets Targets(IReadOnlyList<IReadOnlyCollection<EntitySpan>> sentences, IReadOnlyList<string> types)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        ArgumentNullException.ThrowIfNull(types);
        if (sentences.Count == 0)
            throw new ArgumentException("sentences must not be empty, got none.", nameof(sentences));
        var most = sentences.Max(spans => spans.Count);
        var (numbers, counts) = (new long[3, sentences.Count, most], sentences.Select(spans => (long)spans.Count).ToArray());
        foreach (var (b, spans) in sentences.Index())
        {
            foreach (var (m, span) in spans.Index())
            {
                var type = types.ToList().IndexOf(span.Type);
                if (type < 0)
                    throw new ArgumentException($"sentences must have spans of types {string.Join(", ", types)}, got {span.Type}.", nameof(sentences));
                if (span.Start < 0 || span.End <= span.Start)
                    throw new ArgumentException($"sentences must have spans that hold a word, got [{span.Start}, {span.End}).", nameof(sentences));
                (numbers[0, b, m], numbers[1, b, m], numbers[2, b, m]) = (type, span.Start, span.End - 1);
            }
        }

        using var scope = NewDisposeScope();
        var all = tensor(numbers).unbind(0);
        scope.MoveToOuter(all);
        return new(all[0], all[1], all[2], tensor(counts).MoveToOuterDisposeScope());
    }

    /// <summary>The spans that slots put out, the surest first.</summary>
    /// <param name="found">As <see cref="SlotDecoding.TypedSpans"/> gives it.</param>
    /// <param name="types">Types by number.</param>
    /// <returns>The spans of each sentence.</returns>
    /// <exception cref="ArgumentException">A type that has no name.</exception>
    public static IReadOnlyList<IReadOnlyList<EntitySpan>> Read(SpanSet found, IReadOnlyList<string> types)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(types);
        var (kinds, starts, ends, counts) = (Numbers(found.Types), Numbers(found.Starts), Numbers(found.Ends), Numbers(found.Counts));
        var places = (int)found.Types.size(1);
        return [.. counts.Select((count, b) => (IReadOnlyList<EntitySpan>)[.. Enumerable.Range(b * places, (int)count).Select(Span)])];

        EntitySpan Span(int i) => kinds[i] < types.Count
            ? new((int)starts[i], (int)ends[i] + 1, types[(int)kinds[i]])
            : throw new ArgumentException($"types must have a name for each type found, got {types.Count} for type {kinds[i]}.", nameof(types));
        static long[] Numbers(Tensor tensor)
        {
            using var here = tensor.cpu();
            using var row = here.contiguous();
            return [.. row.data<long>()];
        }
    }
}

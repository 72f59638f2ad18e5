using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>Adds up the alternatives along the last dimension, in whatever sense: keeps it, with N entries.</summary>
internal delegate Tensor Summation(Tensor terms);

/// <summary>The tensors of a problem over binary trees, ready for the recursion: in float32 or float64, without garbage in padding.</summary>
/// <param name="Spans"><c>[B, T, T, K]</c>; 0 where no span is.</param>
/// <param name="Rules"><c>[B, K, K, K]</c>, expanded; null where labels do not see each other.</param>
/// <param name="Root"><c>[B, K]</c>, expanded; null where any label may be at the root for nothing.</param>
/// <param name="Lengths"><c>[B]</c>.</param>
internal sealed record TreeLattice(Tensor Spans, Tensor? Rules, Tensor? Root, Tensor Lengths)
{
    public long Batch { get; } = Spans.size(0);

    public int Length { get; } = (int)Spans.size(1);

    public long Labels { get; } = Spans.size(3);

    public static TreeLattice Of(Tensor spans, Tensor? rules, Tensor? root, Tensor? lengths)
    {
        var work = spans.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        spans = (spans.dim() == 3 ? spans.unsqueeze(3) : spans).to(work);
        var (batch, places, labels) = (spans.size(0), spans.size(1), spans.size(3));
        lengths ??= full([batch], places, ScalarType.Int64, spans.device);
        return new(
            spans.masked_fill(IsSpan(places, lengths).logical_not().unsqueeze(3), 0),
            rules?.to(work).unsqueeze(0).expand(batch, labels, labels, labels), root?.to(work).unsqueeze(0).expand(batch, labels), lengths);
    }

    /// <summary>Where a span is: from a word to itself or to a later one of the row, <c>[B, T, T]</c>.</summary>
    public static Tensor IsSpan(long places, Tensor lengths)
    {
        var place = arange(places, device: lengths.device);
        return (place.unsqueeze(1) <= place).logical_and(place < lengths.reshape(-1, 1, 1));
    }

    /// <summary>The scores of all spans of w + 1 words, by their first word, <c>[B, T - w, K]</c>.</summary>
    public Tensor OfWidth(int w) => Spans.diagonal(w, 1, 2).transpose(1, 2);

    /// <summary>
    /// The inside recursion: each span's alternatives, added up by <paramref name="sum"/>, the narrow spans first. By width less 1,
    /// <c>[B, T - w, K, N]</c>.
    /// </summary>
    public List<Tensor> Inside(Summation sum, int count = 1)
    {
        var (cells, anyLabel) = (new List<Tensor>(), new List<Tensor>());
        for (var w = 0; w < Length; w++)
        {
            using var step = NewDisposeScope();
            var own = OfWidth(w).unsqueeze(3);                            // [B, n, K, 1]
            var cell = w == 0 ? Alone(own, count)
                : Rules is null ? own + Join(anyLabel, w, sum).unsqueeze(2)
                : own + Rewrite(Join(cells, w, sum), sum);
            cells.Add(cell.MoveToOuterDisposeScope());
            if (Rules is null)
                anyLabel.Add(sum(cell.flatten(2)).MoveToOuterDisposeScope());
        }
        return cells;
    }

    /// <summary>What the whole sentences are worth, <c>[B, N]</c>; the empty one has one tree, of score 0.</summary>
    public Tensor Total(List<Tensor> inside, Summation sum, int count = 1)
    {
        var tops = stack([.. inside.Select(cell => cell.select(1, 0))], 1);                       // [B, T, K, N]
        var last = (Lengths - 1).clamp(min: 0).reshape(-1, 1, 1, 1).expand(Batch, 1, Labels, count);
        var top = tops.gather(1, last).squeeze(1);                        // [B, K, N]
        var total = sum((Root is null ? top : top + Root.unsqueeze(2)).flatten(1));
        var none = (Lengths == 0).unsqueeze(1);
        return where(none, Alone(zeros([Batch, 1], total.dtype, total.device), count), total);
    }

    /// <summary>A chart from its diagonals: <c>[B, T, T, K]</c>, by first and last word; <paramref name="fill"/> where no span is.</summary>
    public Tensor Chart(IReadOnlyList<Tensor> byWidth, double fill)
    {
        var padded = stack([.. byWidth.Select((cell, w) => cat([cell, zeros([Batch, w, Labels], cell.dtype, cell.device)], 1))], 1);
        var place = arange(Length, device: Spans.device);
        var at = (place - place.unsqueeze(1)).clamp(min: 0) * Length + place.unsqueeze(1);         // [T, T]: width, then first word
        var chart = padded.flatten(1, 2).index_select(1, at.reshape(-1)).reshape(Batch, Length, Length, Labels);
        return chart.masked_fill(IsSpan(Length, Lengths).logical_not().unsqueeze(3), fill);
    }

    /// <summary>All pairs of neighbouring spans that make up spans of w + 1 words: <c>[B, n, N]</c> from <c>[B, n, N]</c>, and
    /// <c>[B, n, K, K, N]</c> from <c>[B, n, K, N]</c>.</summary>
    private Tensor Join(List<Tensor> cells, int w, Summation sum)
    {
        var (left, right) = Halves(cells, w);
        if (left.dim() == 4)
            return sum((left.unsqueeze(4) + right.unsqueeze(3)).flatten(2));                       // [B, n, w·N·N]
        return sum((left.unsqueeze(3).unsqueeze(6) + right.unsqueeze(2).unsqueeze(5)).flatten(4)); // [B, n, K, K, w·N·N]
    }

    /// <summary>The left and the right parts, one a split, the splits before the last dimension.</summary>
    public (Tensor Left, Tensor Right) Halves(IReadOnlyList<Tensor> cells, int w)
    {
        var n = Length - w;
        return (
            stack([.. Enumerable.Range(0, w).Select(m => cells[m].narrow(1, 0, n))], -2),
            stack([.. Enumerable.Range(0, w).Select(m => cells[w - 1 - m].narrow(1, m + 1, n))], -2));
    }

    /// <summary>From the labels of two parts to that of the whole: <c>[B, n, K, N]</c>.</summary>
    private Tensor Rewrite(Tensor pairs, Summation sum) =>
        sum((pairs.unsqueeze(2) + Rules!.unsqueeze(1).unsqueeze(5)).flatten(3));                   // [B, n, K, K·K·N]

    /// <summary>One alternative, and N - 1 that are not there.</summary>
    private static Tensor Alone(Tensor score, int count) => count == 1
        ? score
        : cat([score, full([.. score.shape[..^1], count - 1], double.NegativeInfinity, score.dtype, score.device)], -1);
}

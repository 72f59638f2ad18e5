using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>Scores of arcs, ready for the algorithms: in float32 or float64, with -∞ where no arc can be.</summary>
/// <param name="IntoWords"><c>[B, T + 1, T]</c>: by head, the root first, and word.</param>
/// <param name="Words"><c>[B, T]</c>: true where a word is.</param>
/// <param name="Lengths"><c>[B]</c>.</param>
internal sealed record ArcLattice(Tensor IntoWords, Tensor Words, Tensor Lengths)
{
    public long Batch { get; } = IntoWords.size(0);

    /// <summary>T + 1.</summary>
    public int Places { get; } = (int)IntoWords.size(1);

    public static ArcLattice Of(Tensor arcs, Tensor? lengths)
    {
        var work = arcs.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var places = arcs.size(1);
        lengths ??= full([arcs.size(0)], places - 1, ScalarType.Int64, arcs.device);
        var place = arange(places, device: arcs.device);
        var there = place <= lengths.unsqueeze(1);                        // [B, T + 1]
        var words = there.narrow(1, 1, places - 1);
        var possible = there.unsqueeze(2).logical_and(words.unsqueeze(1)).logical_and(place.unsqueeze(1) != place.narrow(0, 1, places - 1));
        return new(
            arcs.narrow(2, 1, places - 1).to(work).masked_fill(possible.logical_not(), double.NegativeInfinity), words, lengths);
    }
}

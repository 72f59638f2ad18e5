using static TorchSharp.torch;

namespace Lab.Core.Sequences.Ctc;

/// <summary>The best sequences of labels found for each example, the best first.</summary>
/// <param name="Labels"><c>[B, N, T]</c>, int64: labels, then <see cref="Alignment.Padding"/>.</param>
/// <param name="Lengths">How many labels, <c>[B, N]</c>, int64; -1 where fewer than N were found.</param>
/// <param name="Scores">The log-probability of the labels, over all their alignments that the beam kept, <c>[B, N]</c>; -∞
/// where fewer than N were found.</param>
public sealed record CtcBeams(Tensor Labels, Tensor Lengths, Tensor Scores);

public static partial class Alignment
{
    /// <summary>Prefix-beam decoding: the most probable labels, each scored by the sum over its alignments.</summary>
    /// <remarks>
    /// <para>Formula: for every prefix of labels, p(prefix) after t frames is kept in two parts, ending in a blank and ending in
    /// its last label: only from the first can the same label follow once more. Each frame leaves a prefix as it is or appends a
    /// label; then the <paramref name="width"/> most probable prefixes stay.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: sums of logarithms in float64, on the CPU, whatever the dtype and device. With a width of at least the
    /// number of prefixes there are, the scores are exact; with a smaller one they are too low, never too high. Of equally
    /// probable prefixes the one that was found first goes first. Labels of probability 0 are never found.</para>
    /// <para>Oracle: all alignments, put together by their labels. Source: Graves 2012, section 7.5.3; Hannun et al. 2014.</para>
    /// </remarks>
    /// <param name="logProbs">Log-probabilities of classes, <c>[B, T, K]</c>, floating point.</param>
    /// <param name="inputLengths">How many frames count, <c>[B]</c>, int64, in <c>[0, T]</c>; none means T.</param>
    /// <param name="width">How many prefixes stay after each frame, 1 or more.</param>
    /// <param name="best">N, how many results for each example, in <c>[1, width]</c>.</param>
    /// <param name="blank">The class that stands for no label.</param>
    /// <exception cref="ArgumentException">A shape, dtype, device, width, number or blank other than those above, or (on the CPU)
    /// a length outside.</exception>
    public static CtcBeams CtcBeam(Tensor logProbs, Tensor? inputLengths = null, int width = 16, int best = 1, long blank = 0)
    {
        var (batch, frames, classes) = CtcShapes.RequireFrames(logProbs, inputLengths, blank);
        if (width < 1)
            throw new ArgumentOutOfRangeException(nameof(width), width, "Must be 1 or more.");
        if (best < 1 || best > width)
            throw new ArgumentOutOfRangeException(nameof(best), best, $"Must be in [1, {width}], the width.");

        using var scope = NewDisposeScope();
        var numbers = Numbers<double>(logProbs.detach().to(ScalarType.Float64));
        var lengths = Numbers<long>(CtcShapes.LengthsOrAll(inputLengths, frames, logProbs));
        var labels = new long[batch * best * frames];
        var counts = new long[batch * best];
        var scores = new double[batch * best];
        Array.Fill(labels, Padding);
        Array.Fill(counts, Padding);
        Array.Fill(scores, double.NegativeInfinity);
        for (var b = 0; b < batch; b++)
        {
            var beam = new PrefixBeam(width, (int)classes, (int)blank);
            for (var t = 0; t < lengths[b]; t++)
                beam.Advance(numbers.AsSpan((int)((b * frames + t) * classes), (int)classes));
            foreach (var (n, (prefix, score)) in beam.Best(best).Index())
            {
                prefix.CopyTo(labels, (b * best + n) * frames);
                (counts[b * best + n], scores[b * best + n]) = (prefix.Length, score);
            }
        }
        var device = logProbs.device;
        return new(
            tensor(labels).reshape(batch, best, frames).to(device).MoveToOuterDisposeScope(),
            tensor(counts).reshape(batch, best).to(device).MoveToOuterDisposeScope(),
            tensor(scores).reshape(batch, best).to(logProbs.dtype).to(device).MoveToOuterDisposeScope());
    }

    private static T[] Numbers<T>(Tensor values) where T : unmanaged =>
        values.numel() == 0 ? [] : values.cpu().contiguous().data<T>().ToArray();
}

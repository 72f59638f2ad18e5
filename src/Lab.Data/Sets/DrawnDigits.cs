using Lab.Data.Handwriting;
using Lab.Data.Idx;

namespace Lab.Data.Sets;

/// <summary>Makes <c>data/digits</c>: drawn digits in MNIST's own files.</summary>
public static class DrawnDigits
{
    /// <summary>The seed of the committed files.</summary>
    public const int Seed = 1998;

    /// <summary>Images in the training half.</summary>
    public const int TrainCount = 10_000;

    /// <summary>Images in the test half.</summary>
    public const int TestCount = 2_000;

    private const ulong LabelStream = 0;

    /// <summary>The four gzipped IDX files.</summary>
    /// <param name="seed">The same seed gives the same bytes on every system.</param>
    /// <param name="progress">Told the part done, 0 to 1, from any thread.</param>
    public static IReadOnlyList<MadeFile> Make(int seed, IProgress<double>? progress = null)
    {
        var drawn = 0;
        void Drawn()
        {
            var count = Interlocked.Increment(ref drawn);
            if (count % 100 == 0)
                progress?.Report((double)count / (TrainCount + TestCount));
        }

        var files = new List<MadeFile>();
        foreach (var (train, count) in new[] { (true, TrainCount), (false, TestCount) })
        {
            var (images, labels) = Draw(count, seed, train ? 1 : 2, Drawn);
            files.Add(Pack(MnistLayout.Images(train), images));
            files.Add(Pack(MnistLayout.Labels(train), labels));
        }
        return files;
    }

    /// <summary>Draws digits, each class as often as the others (within one), in random order.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="half">Which independent part of the seed's numbers: 1 for train, 2 for test.</param>
    /// <param name="drawn">Called after each image, from any thread.</param>
    /// <returns>Images <c>[count, 28, 28]</c> and labels <c>[count]</c>, bytes.</returns>
    internal static (IdxArray Images, IdxArray Labels) Draw(int count, int seed, int half, Action? drawn = null)
    {
        const int pixels = DigitWriter.Side * DigitWriter.Side;
        var labels = new byte[count];
        for (var i = 0; i < count; i++)
            labels[i] = (byte)(i % 10);
        var order = SplitMix64.Stream((ulong)seed, LabelStream, (ulong)half);
        order.Shuffle(labels);

        // Each image draws from a stream of its own, so that the order in which threads take them changes nothing.
        var images = new byte[count * pixels];
        var hand = new Hand();
        Parallel.For(0, count, () => new DigitWriter(hand), (i, _, writer) =>
        {
            var random = SplitMix64.Stream((ulong)seed, (ulong)half, (ulong)i);
            writer.Write(labels[i], ref random, images.AsSpan(i * pixels, pixels));
            drawn?.Invoke();
            return writer;
        }, _ => { });
        return (new(images, count, DigitWriter.Side, DigitWriter.Side), new(labels, count));
    }

    private static MadeFile Pack(string name, IdxArray array) => new($"{name}.gz", Gzip.Pack(IdxFile.Encode(array)));
}

using System.Text;
using Lab.Data.Images;
using Lab.Data.Sets;
using Lab.Data.Voc;

namespace Lab.Data.ShapeScenes;

/// <summary>Makes <c>data/scenes</c>: painted scenes with masks, objects, depths and keypoints, in VOC's and COCO's files.</summary>
public static class DrawnScenes
{
    /// <summary>The seed of the committed files.</summary>
    public const int Seed = 2012;

    /// <summary>Scenes to train on.</summary>
    public const int TrainCount = 180;

    /// <summary>Scenes to be judged by.</summary>
    public const int ValCount = 60;

    /// <summary>Rows and columns of the committed pictures.</summary>
    public const int Side = 64;

    /// <summary>All files.</summary>
    /// <param name="seed">The same seed gives the same bytes on every system.</param>
    /// <param name="progress">Told the part done, 0 to 1, from any thread.</param>
    public static IReadOnlyList<MadeFile> Make(int seed, IProgress<double>? progress = null)
    {
        var painted = Paint(TrainCount + ValCount, seed, Side, Side, progress);
        var names = Enumerable.Range(1, painted.Length).Select(i => $"{i:000000}").ToArray();
        var files = new List<MadeFile>
        {
            Names("train", names[..TrainCount]),
            Names("val", names[TrainCount..]),
            Names("trainval", names),
        };
        for (var i = 0; i < painted.Length; i++)
            files.AddRange(Pictures(painted[i], names[i]));
        files.AddRange(SceneRecords.Files("train", painted[..TrainCount], 1));
        files.AddRange(SceneRecords.Files("val", painted[TrainCount..], TrainCount + 1));
        progress?.Report(1);
        return files;
    }

    /// <summary>Paints scenes; each draws from a stream of its own, so that the order in which threads take them changes nothing.</summary>
    internal static PaintedScene[] Paint(int count, int seed, int height, int width, IProgress<double>? progress = null)
    {
        var (scenes, done) = (new PaintedScene[count], 0);
        Parallel.For(0, count, i =>
        {
            var random = SplitMix64.Stream((ulong)seed, 1, (ulong)i);
            scenes[i] = ScenePainter.Draw(height, width, ref random);
            progress?.Report(0.9 * Interlocked.Increment(ref done) / count);
        });
        return scenes;
    }

    private static MadeFile Names(string split, string[] names) =>
        new($"ImageSets/Segmentation/{split}.txt", Encoding.ASCII.GetBytes(string.Concat(names.Select(name => $"{name}\n"))));

    private static IEnumerable<MadeFile> Pictures(PaintedScene scene, string name)
    {
        var (height, width) = (scene.Height, scene.Width);
        yield return Png($"JPEGImages/{name}.png", new(width, height, PngColor.Rgb, [.. scene.Pixels.Select(b => (ushort)b)]));
        yield return Png($"SegmentationClass/{name}.png", Indexed(SceneLabels.Classes(scene)));
        yield return Png($"SegmentationObject/{name}.png", Indexed(SceneLabels.Objects(scene)));
        yield return Png($"{SceneFolder.Depths}/{name}.png", new(width, height, PngColor.Grey, scene.Depths, 16));

        PngImage Indexed(int[] labels) =>
            new(width, height, PngColor.Indexed, [.. labels.Select(label => (ushort)label)], 8, VocPalette.Bytes);
    }

    internal static MadeFile Png(string name, PngImage image) => new(name, PngFile.Encode(image));
}

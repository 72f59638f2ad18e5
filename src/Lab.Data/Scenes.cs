using Lab.Data.Augmentation;
using Lab.Data.ShapeScenes;
using static TorchSharp.torch;

namespace Lab.Data;

/// <summary>Pictures with everything that is known of each pixel: class, object, panoptic category, distance; and lists of objects.</summary>
/// <param name="Images">Red, green, blue in 0..1, <c>[N, 3, H, W]</c>, float32.</param>
/// <param name="Labels">Classes 0 to 5 (<see cref="SceneClasses.Names"/>), 255 on edges, <c>[N, H, W]</c>, int64.</param>
/// <param name="Instances">The object, counted from 1 in the order of <paramref name="Objects"/>, 0 for none, <c>[N, H, W]</c>, int64.</param>
/// <param name="Categories">Panoptic categories 1 to 7 (<see cref="SceneClasses.PanopticNames"/>), <c>[N, H, W]</c>, int64.</param>
/// <param name="Depths">Metres, 0 where there is none (the sky), <c>[N, 1, H, W]</c>, float32.</param>
/// <param name="Objects">The objects of each picture, nearest first.</param>
public sealed record Scenes(
    Tensor Images, Tensor Labels, Tensor Instances, Tensor Categories, Tensor Depths, IReadOnlyList<IReadOnlyList<SceneObject>> Objects)
    : IDisposable
{
    /// <summary>The number of pictures N.</summary>
    public long Count => Images.size(0);

    /// <summary>The scenes to train on: <c>data/scenes</c>, or a folder with the same files.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A damaged file, a mask of another size, an unknown label; the message names the file.</exception>
    public static Scenes Train(string set = "scenes") => Load(DataFolder.Find(set), "train");

    /// <summary>The scenes to be judged by.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A damaged file, a mask of another size, an unknown label; the message names the file.</exception>
    public static Scenes Val(string set = "scenes") => Load(DataFolder.Find(set), "val");

    /// <summary>Reads a split.</summary>
    /// <param name="folder">A folder laid out as <c>data/scenes</c>.</param>
    /// <param name="split"><c>train</c> or <c>val</c>.</param>
    /// <returns>Tensors on the CPU.</returns>
    /// <exception cref="FileNotFoundException">A file that is missing.</exception>
    /// <exception cref="InvalidDataException">A damaged file, a mask of another size, an unknown label; the message names the file.</exception>
    public static Scenes Load(string folder, string split)
    {
        try
        {
            return Of(new SceneReader(folder, split).Read());
        }
        catch (AggregateException several) when (several.InnerExceptions is [InvalidDataException or IOException, ..])
        {
            throw several.InnerExceptions[0];
        }
    }

    /// <summary>Paints new scenes, of any size: as many as a model wants to train on.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">The same seed gives the same scenes on every system; the committed ones have 2012.</param>
    /// <param name="height">Rows, at least 32.</param>
    /// <param name="width">Columns, at least 32.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number below those.</exception>
    public static Scenes Draw(int count, int seed, int height = DrawnScenes.Side, int width = DrawnScenes.Side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 32);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 32);
        return Of([.. DrawnScenes.Paint(count, seed, height, width).AsParallel().AsOrdered().Select(SceneView.Of)]);
    }

    /// <summary>Boxes of a picture's objects, <c>[M, 4]</c> as left, top, right, bottom in pixels, float32.</summary>
    /// <param name="picture">Which picture, 0 to N - 1.</param>
    /// <param name="crowds">With those that are crowds.</param>
    public Tensor Boxes(int picture, bool crowds = false)
    {
        var numbers = Chosen(picture, crowds)
            .SelectMany(o => new[] { o.Box.Left, o.Box.Top, o.Box.Right, o.Box.Bottom }).Select(side => (float)side).ToArray();
        using var flat = tensor(numbers, dtype: float32);
        return flat.reshape(-1, 4);
    }

    /// <summary>Labels of a picture's objects, <c>[M]</c>, int64.</summary>
    /// <param name="picture">Which picture, 0 to N - 1.</param>
    /// <param name="crowds">With those that are crowds.</param>
    public Tensor Classes(int picture, bool crowds = false) =>
        tensor(Chosen(picture, crowds).Select(o => (long)o.Class).ToArray(), dtype: int64);

    /// <summary>Masks of a picture's objects, <c>[M, H, W]</c>, bool.</summary>
    /// <param name="picture">Which picture, 0 to N - 1.</param>
    /// <param name="crowds">With those that are crowds.</param>
    public Tensor Masks(int picture, bool crowds = false)
    {
        using var scope = NewDisposeScope();
        var (H, W) = (Labels.size(1), Labels.size(2));
        var masks = Chosen(picture, crowds).Select(o => tensor(o.Mask.Decode()).reshape(H, W)).ToArray();
        return (masks.Length == 0 ? zeros([0, H, W], dtype: ScalarType.Bool) : stack(masks)).MoveToOuterDisposeScope();
    }

    /// <summary>A picture with all that is known of it, as views of the same memory: to flip, crop, turn and colour it, see <see cref="Augment"/>.</summary>
    /// <param name="picture">Which picture, 0 to N - 1.</param>
    public Sample Sample(int picture)
    {
        var objects = Chosen(picture, crowds: true).Select(o => new SampleObject(o.Class, o.Box, o.Keypoints, o.Crowd)).ToArray();
        return new(Images[picture])
        {
            Labels = Labels[picture],
            Instances = Instances[picture],
            Depth = Depths[picture],
            Objects = objects,
            Mirrored = label => SceneClasses.Mirrored[label],
        };
    }

    /// <summary>The first pictures, as views of the same memory.</summary>
    /// <param name="count">How many, 0 to N.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than there are, or less than 0.</exception>
    public Scenes First(long count)
    {
        if (count < 0 || count > Count)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"Must be in 0..{Count}.");
        return new(
            Images.narrow(0, 0, count), Labels.narrow(0, 0, count), Instances.narrow(0, 0, count), Categories.narrow(0, 0, count),
            Depths.narrow(0, 0, count), [.. Objects.Take((int)count)]);
    }

    /// <summary>The same pictures on a device; copies where they lie on another.</summary>
    public Scenes To(Device device) => new(
        Images.to(device), Labels.to(device), Instances.to(device), Categories.to(device), Depths.to(device), Objects);

    /// <summary>One epoch of minibatches of pictures and labels; see <see cref="Minibatch.Shuffled"/> for when they are freed.</summary>
    /// <param name="size">Pictures in a batch, at least 1; the last batch holds what is left.</param>
    /// <param name="seed">Decides the order; give each epoch its own, such as its number.</param>
    public IEnumerable<Minibatch> Batches(int size, int seed) => Minibatch.Shuffled(Images, Labels, size, seed);

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
        Instances.Dispose();
        Categories.Dispose();
        Depths.Dispose();
    }

    private IEnumerable<SceneObject> Chosen(int picture, bool crowds)
    {
        if (picture < 0 || picture >= Objects.Count)
            throw new ArgumentOutOfRangeException(nameof(picture), picture, $"Must be in 0..{Objects.Count - 1}.");
        return Objects[picture].Where(o => crowds || !o.Crowd);
    }

    private static Scenes Of(SceneView[] scenes)
    {
        using var scope = NewDisposeScope();
        var (N, H, W) = (scenes.Length, scenes[0].Image.Height, scenes[0].Image.Width);
        var depths = scenes.SelectMany(s => s.Depths).Select(d => (float)(d / SceneFolder.DepthUnit)).ToArray();
        return new(
            stack(scenes.Select(s => s.Image.ToTensor())).MoveToOuterDisposeScope(),
            Maps(s => s.Classes.Array), Maps(s => s.Instances()), Maps(s => s.Categories.Array),
            tensor(depths).reshape(N, 1, H, W).MoveToOuterDisposeScope(),
            [.. scenes.Select(s => s.Objects)]);

        Tensor Maps(Func<SceneView, int[]> labels) =>
            tensor(scenes.SelectMany(labels).ToArray()).to(int64).reshape(N, H, W).MoveToOuterDisposeScope();
    }
}

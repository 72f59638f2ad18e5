using Lab.Data.Idx;
using static TorchSharp.torch;

namespace Lab.Data;

/// <summary>Images with one class label each: one half, train or test, of a set such as MNIST.</summary>
/// <param name="Images">Greys in 0..1, <c>[N, 1, H, W]</c>, float32.</param>
/// <param name="Labels">Class indices, <c>[N]</c>, int64.</param>
public sealed record LabeledImages(Tensor Images, Tensor Labels) : IDisposable
{
    /// <summary>The number of images N.</summary>
    public long Count => Images.size(0);

    /// <summary>Reads a half of a set laid out as MNIST: two IDX files, gzipped or not.</summary>
    /// <param name="folder">
    /// The folder with <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and
    /// <c>t10k-labels-idx1-ubyte</c>; each may end in <c>.gz</c>, and have a dot before <c>idx</c>, as some archives do.
    /// </param>
    /// <param name="train">The training half, else the test half.</param>
    /// <returns>Tensors on the CPU.</returns>
    /// <exception cref="FileNotFoundException">A file is missing; the message names the folder and the names looked for.</exception>
    /// <exception cref="InvalidDataException">A damaged file, or numbers of images and labels that differ.</exception>
    public static LabeledImages Load(string folder, bool train)
    {
        var imagesPath = MnistLayout.Find(folder, MnistLayout.Images(train));
        var labelsPath = MnistLayout.Find(folder, MnistLayout.Labels(train));
        var images = Read(imagesPath, 3, "[N, H, W]");
        var labels = Read(labelsPath, 1, "[N]");
        if (images.Dims[0] != labels.Dims[0])
        {
            throw new InvalidDataException(
                $"{labelsPath}: wanted {images.Dims[0]} labels, one for each image of {imagesPath}, got {labels.Dims[0]}.");
        }
        using var scope = NewDisposeScope();
        var pixels = images.ToTensor().unsqueeze(1).to(float32).div_(255f);   // [N, 1, H, W]
        var classes = labels.ToTensor().to(int64);                            // [N]
        return new(pixels.MoveToOuterDisposeScope(), classes.MoveToOuterDisposeScope());
    }

    /// <summary>The first examples of this half, as views of the same memory.</summary>
    /// <param name="count">How many, 0 to N.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than there are, or less than 0.</exception>
    public LabeledImages First(long count)
    {
        if (count < 0 || count > Count)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"Must be in 0..{Count}.");
        return new(Images.narrow(0, 0, count), Labels.narrow(0, 0, count));
    }

    /// <summary>The same examples on a device; copies where they lie on another.</summary>
    public LabeledImages To(Device device) => new(Images.to(device), Labels.to(device));

    /// <summary>One epoch of minibatches; see <see cref="Minibatch.Shuffled"/> for when they are freed.</summary>
    /// <param name="size">Examples in a batch, at least 1; the last batch holds what is left.</param>
    /// <param name="seed">Decides the order; give each epoch its own, such as its number.</param>
    public IEnumerable<Minibatch> Batches(int size, int seed) => Minibatch.Shuffled(Images, Labels, size, seed);

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }

    private static IdxArray Read(string path, int rank, string shape)
    {
        var array = IdxFile.Read(path);
        return array.Type == IdxType.UByte && array.Dims.Count == rank ? array : throw new InvalidDataException(
            $"{path}: wanted UByte {shape}, got {array.Type} [{string.Join(", ", array.Dims)}].");
    }
}

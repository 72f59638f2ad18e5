using Lab.Data.Idx;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Data.Tests;

// Classes that read data/digits by name run one after another: one of them points LAB_DATA elsewhere.
[Collection("data/digits")]
public sealed class LabeledImagesTests
{
    [Fact]
    public void The_committed_digits_load_as_tensors()
    {
        using var scope = NewDisposeScope();
        var (train, test) = (Digits.Train(), Digits.Test());
        Assert.Equal([10_000, 1, 28, 28], train.Images.shape);
        Assert.Equal([2_000, 1, 28, 28], test.Images.shape);
        Assert.Equal((ScalarType.Float32, ScalarType.Int64), (train.Images.dtype, train.Labels.dtype));
        Assert.Equal((0f, 1f), (train.Images.min().ToSingle(), train.Images.max().ToSingle()));
        Assert.All(train.Labels.bincount(null).data<long>(), count => Assert.Equal(1000, count));
        Assert.All(test.Labels.bincount(null).data<long>(), count => Assert.Equal(200, count));
    }

    [Theory]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz")]
    [InlineData("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte")]
    [InlineData("train-images.idx3-ubyte", "train-labels.idx1-ubyte")]
    public void Any_spelling_of_the_real_files_is_found(string images, string labels)
    {
        using var folder = new TempFolder();
        IdxFile.Write(folder.File(images), new IdxArray(new byte[] { 0, 51, 255, 102, 0, 0 }, 1, 2, 3));
        IdxFile.Write(folder.File(labels), new IdxArray(new byte[] { 9 }, 1));
        using var loaded = LabeledImages.Load(folder.Path, train: true);
        Assert.Equal([1, 1, 2, 3], loaded.Images.shape);
        Assert.Equal([0, 51 / 255f, 1, 102 / 255f, 0, 0], loaded.Images.data<float>());
        Assert.Equal([9], loaded.Labels.data<long>());
    }

    [Fact]
    public void A_folder_is_loaded_by_its_path()
    {
        using var folder = new TempFolder();
        Put(folder, images: 3, labels: 3);
        using var loaded = Digits.Train(folder.Path);
        Assert.Equal(3, loaded.Count);
    }

    [Fact]
    public void LAB_DATA_names_another_folder_of_sets()
    {
        using var folder = new TempFolder();
        using var inside = new TempFolder(folder.File("digits"));
        Put(inside, images: 2, labels: 2);
        Environment.SetEnvironmentVariable(DataFolder.Variable, folder.Path);
        try
        {
            using var loaded = Digits.Train();
            Assert.Equal(2, loaded.Count);
        }
        finally
        {
            Environment.SetEnvironmentVariable(DataFolder.Variable, null);
        }
    }

    [Fact]
    public void Different_numbers_of_images_and_labels_are_refused()
    {
        using var folder = new TempFolder();
        Put(folder, images: 3, labels: 2);
        var error = Assert.Throws<InvalidDataException>(() => LabeledImages.Load(folder.Path, train: true));
        Assert.Equal(
            $"{folder.File("train-labels-idx1-ubyte")}: wanted 3 labels, one for each image of "
                + $"{folder.File("train-images-idx3-ubyte")}, got 2.",
            error.Message);
    }

    [Fact]
    public void Labels_in_the_place_of_images_are_refused()
    {
        using var folder = new TempFolder();
        Put(folder, images: 3, labels: 3);
        File.Copy(folder.File("train-labels-idx1-ubyte"), folder.File("train-images-idx3-ubyte"), overwrite: true);
        var error = Assert.Throws<InvalidDataException>(() => LabeledImages.Load(folder.Path, train: true));
        Assert.Equal($"{folder.File("train-images-idx3-ubyte")}: wanted UByte [N, H, W], got UByte [3].", error.Message);
    }

    [Fact]
    public void A_missing_half_is_refused_with_the_names_looked_for()
    {
        using var folder = new TempFolder();
        Put(folder, images: 1, labels: 1);
        var error = Assert.Throws<FileNotFoundException>(() => LabeledImages.Load(folder.Path, train: false));
        Assert.Equal(
            $"{folder.Path}: wanted a file t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz or t10k-images.idx3-ubyte or "
                + "t10k-images.idx3-ubyte.gz, found none.",
            error.Message);
    }

    [Fact]
    public void A_name_that_is_not_there_says_how_to_get_it()
    {
        Assert.Contains("Known sets: digits, dates, ner, scenes, treebank, mnist, fashion-mnist, voc2012, conll2003.", Missing("minst"), StringComparison.Ordinal);
        Assert.StartsWith("No folder ", Missing("./nowhere"), StringComparison.Ordinal);
        if (!Directory.Exists(DataFolder.Downloaded("mnist")))
            Assert.EndsWith("Get it with: lab data get mnist", Missing("mnist"), StringComparison.Ordinal);

        static string Missing(string set) => Assert.Throws<DirectoryNotFoundException>(() => Digits.Train(set)).Message;
    }

    [Fact]
    public void Loading_leaves_no_other_tensor_behind()
    {
        using var folder = new TempFolder();
        Put(folder, images: 3, labels: 3);
        var statistics = DisposeScopeManager.Statistics;
        var before = statistics.ThreadTotalLiveCount;
        using (LabeledImages.Load(folder.Path, train: true))
            Assert.Equal(before + 2, statistics.ThreadTotalLiveCount);
        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void The_first_examples_are_a_view()
    {
        using var scope = NewDisposeScope();
        var all = new LabeledImages(rand(5, 1, 2, 2), arange(5));
        Assert.Equal([0, 1, 2], all.First(3).Labels.data<long>());
        Assert.Equal([3, 1, 2, 2], all.First(3).Images.shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => all.First(6));
    }

    private static void Put(TempFolder folder, int images, int labels)
    {
        IdxFile.Write(folder.File("train-images-idx3-ubyte"), new IdxArray(new byte[images * 4], images, 2, 2));
        IdxFile.Write(folder.File("train-labels-idx1-ubyte"), new IdxArray(new byte[labels], labels));
    }
}

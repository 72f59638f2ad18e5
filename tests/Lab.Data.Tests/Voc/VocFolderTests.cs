using Lab.Data.Ade;
using Lab.Data.Images;
using Lab.Data.Tests.Images;
using Lab.Data.Voc;

namespace Lab.Data.Tests.Voc;

public sealed class VocFolderTests : IDisposable
{
    private readonly TempFolder folder = new();

    public VocFolderTests()
    {
        Write("JPEGImages/2007_000032.jpg", ImageFileTests.RedBlue);
        Write("ImageSets/Segmentation/train.txt", "2007_000032\n\n"u8.ToArray());
        Mask("SegmentationClass/2007_000032.png", 24, 16, 0, 15, 20, 255);
        Mask("SegmentationObject/2007_000032.png", 24, 16, 0, 1, 2, 255);
    }

    [Fact]
    public void The_layout_of_pascal_voc_is_read()
    {
        var voc = new VocFolder(folder.Path);
        var name = Assert.Single(voc.Split("train"));
        var image = voc.ReadImage(name);
        Assert.Equal((16, 24), (image.Height, image.Width));
        Assert.Equal([0, 15, 20, 255], voc.ReadClasses(name, image).Labels.ToArray().Distinct());
        Assert.Equal([0, 1, 2, 255], voc.ReadObjects(name, image).Labels.ToArray().Distinct());
        using var classes = voc.ReadClasses(name).ToTensor();
        Assert.Equal([16, 24], classes.shape);
    }

    [Fact]
    public void The_palette_is_that_of_the_development_kit()
    {
        Assert.Equal((0, 0, 0), VocPalette.Of(0));
        Assert.Equal((128, 0, 0), VocPalette.Of(1));
        Assert.Equal((0, 128, 0), VocPalette.Of(2));
        Assert.Equal((192, 128, 128), VocPalette.Of(15));      // person
        Assert.Equal((0, 64, 128), VocPalette.Of(20));         // tvmonitor
        Assert.Equal((224, 224, 192), VocPalette.Of(255));     // void
        Assert.Equal(21, VocFolder.Names.Count);
    }

    [Fact]
    public void Masks_saved_in_colours_are_read_by_the_palette()
    {
        PngFile.Write(folder.File("SegmentationClass/2007_000032.png"), new(2, 1, PngColor.Rgb, [192, 128, 128, 224, 224, 192]));
        Assert.Equal([15, 255], new VocFolder(folder.Path).ReadClasses("2007_000032").Labels.ToArray());

        ushort[] odd = [.. Enumerable.Range(0, 24 * 16).SelectMany(i => i == 1 ? new ushort[] { 1, 2, 3 } : [192, 128, 128])];
        PngFile.Write(folder.File("SegmentationClass/2007_000032.png"), new(24, 16, PngColor.Rgb, odd));
        Refused("SegmentationClass/2007_000032.png", "colour (1, 2, 3) at row 0, column 1 is not one of VOC's palette.");
    }

    [Fact]
    public void What_is_wrong_is_told_by_file_and_place()
    {
        Mask("SegmentationClass/2007_000032.png", 24, 16, 0, 21);
        Refused("SegmentationClass/2007_000032.png", "wanted labels 0 to 20 or 255, got 21 at row 0, column 1.");
        Mask("SegmentationClass/2007_000032.png", 16, 24, 0);
        Refused("SegmentationClass/2007_000032.png", "wanted a mask of 16 x 24, as the picture, got 24 x 16.");
        PngFile.Write(folder.File("SegmentationClass/2007_000032.png"), new(24, 16, PngColor.Grey, new ushort[24 * 16], 16));
        Refused("SegmentationClass/2007_000032.png", "wanted a mask of indices, 8 bits or fewer, got Grey with 16 bits.");

        var voc = new VocFolder(folder.Path);
        Assert.Contains("there are: train", Assert.Throws<FileNotFoundException>(() => voc.Split("test")).Message, StringComparison.Ordinal);
        Assert.Contains("looked for x.jpg, x.png", Assert.Throws<FileNotFoundException>(() => voc.ReadImage("x")).Message, StringComparison.Ordinal);
        Write("ImageSets/Segmentation/twice.txt", "a\nb\na\n"u8.ToArray());
        Assert.EndsWith("twice.txt: the name a comes 2 times.", Assert.Throws<InvalidDataException>(() => voc.Split("twice")).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => new VocFolder(folder.File("nothing")));
    }

    [Fact]
    public void The_layout_of_ade20k_is_read_and_other_is_void()
    {
        Write("images/training/ADE_train_00000001.jpg", ImageFileTests.RedBlue);
        PngFile.Write(folder.File("annotations/training/ADE_train_00000001.png"), new(24, 16, PngColor.Grey, [.. Enumerable.Range(0, 384).Select(i => (ushort)(i % 151))]));
        PngFile.Write(folder.File("annotations_instance/training/ADE_train_00000001.png"), new(24, 16, PngColor.Rgb, [.. Enumerable.Range(0, 384).SelectMany(i => new ushort[] { 7, (ushort)(i % 3), 0 })]));
        var ade = new AdeFolder(folder.Path);
        var name = Assert.Single(ade.Split("training"));
        var image = ade.ReadImage("training", name);
        var labels = ade.ReadClasses("training", name, image).Labels.ToArray();
        Assert.Equal([255, 0, 1], labels[..3]);
        Assert.Equal(149, labels.Where(l => l < 255).Max());
        var (objects, classes) = ade.ReadObjects("training", name, image);
        Assert.Equal([0, 1, 2], objects.Labels.ToArray().Distinct());
        Assert.Equal([7], classes.Labels.ToArray().Distinct());

        PngFile.Write(folder.File("annotations/training/ADE_train_00000001.png"), new(24, 16, PngColor.Grey, [.. Enumerable.Repeat((ushort)151, 384)]));
        var error = Assert.Throws<InvalidDataException>(() => ade.ReadClasses("training", name));
        Assert.EndsWith("ADE_train_00000001.png: wanted labels 0 to 150, got 151 at row 0, column 0.", error.Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => ade.Split("testing"));
    }

    public void Dispose() => folder.Dispose();

    private void Refused(string file, string reason)
    {
        var voc = new VocFolder(folder.Path);
        var error = Assert.Throws<InvalidDataException>(() => voc.ReadClasses("2007_000032", voc.ReadImage("2007_000032")));
        Assert.Equal($"{folder.File(file)}: {reason}", error.Message.Replace(Path.DirectorySeparatorChar, '/').Replace(folder.Path.Replace(Path.DirectorySeparatorChar, '/'), folder.Path, StringComparison.Ordinal));
    }

    private void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
        folder.Write(name, content);
    }

    private void Mask(string name, int width, int height, params ushort[] labels) => Write(name, PngFile.Encode(new(
        width, height, PngColor.Indexed, [.. Enumerable.Range(0, width * height).Select(i => labels[i % labels.Length])], 8, [.. VocPalette.Colors])));
}

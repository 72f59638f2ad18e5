using Lab.Data.Images;

namespace Lab.Data.Tests.Images;

public sealed class ImageFileTests
{
    /// <summary>24 x 16, the left half red (208, 0, 0), the right half blue (0, 0, 208); written by a browser.</summary>
    internal static readonly byte[] RedBlue = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAQABgDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABgAI/8QAGBABAAMBAAAAAAAAAAAAAAAAAAdFg8L/xAAWAQEBAQAAAAAAAAAAAAAAAAAIAQn/xAAbEQABBQEBAAAAAAAAAAAAAAAABAc2g7MCA//aAAwDAQACEQMRAD8AyeGSLX6cmYZItfpyjTTNDZl6DFc6JLK9eAakmiwDT//Z");

    [Fact]
    public void A_jpeg_is_read_whatever_its_name()
    {
        using var folder = new TempFolder();
        var image = ImageFile.ReadRgb(folder.Write("photo.png", RedBlue));
        Assert.Equal((16, 24), (image.Height, image.Width));
        var (left, right) = (image.Bytes.Span[..3].ToArray(), image.Bytes.Span[(3 * 23)..(3 * 24)].ToArray());
        Assert.InRange(left[0], 190, 225);
        Assert.InRange(left[2], 0, 25);
        Assert.InRange(right[2], 190, 225);
        Assert.InRange(right[0], 0, 25);
        using var tensor = image.ToTensor();
        Assert.Equal([3, 16, 24], tensor.shape);
        Assert.Equal(right[2] / 255f, tensor[2, 0, 23].item<float>());
    }

    [Fact]
    public void Any_png_becomes_red_green_and_blue()
    {
        using var folder = new TempFolder();
        RgbImage Read(PngImage image) => ImageFile.ReadRgb(folder.Write("a.png", PngFile.Encode(image)));
        Assert.Equal([9, 9, 9, 200, 200, 200], Read(new(2, 1, PngColor.Grey, [9, 200])).Bytes.ToArray());
        Assert.Equal([1, 1, 1], Read(new(1, 1, PngColor.Grey, [300], 16)).Bytes.ToArray());
        Assert.Equal([4, 5, 6, 1, 2, 3], Read(new(2, 1, PngColor.Indexed, [1, 0], 8, [1, 2, 3, 4, 5, 6])).Bytes.ToArray());
        Assert.Equal([7, 8, 9], Read(new(1, 1, PngColor.Rgba, [7, 8, 9, 0])).Bytes.ToArray());
    }

    [Fact]
    public void A_damaged_jpeg_is_refused_by_name()
    {
        using var folder = new TempFolder();
        foreach (var length in new[] { 4, 100, 400 })
        {
            var path = folder.Write("photo.jpg", RedBlue[..length]);
            var error = Assert.Throws<InvalidDataException>(() => ImageFile.ReadRgb(path));
            Assert.StartsWith($"{path}: damaged JPEG: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_no_picture_is_refused_by_name()
    {
        using var folder = new TempFolder();
        var path = folder.Write("notes.jpg", "hello, world"u8.ToArray());
        Assert.Contains($"{path}: wanted a PNG, got", Assert.Throws<InvalidDataException>(() => ImageFile.ReadRgb(path)).Message, StringComparison.Ordinal);
    }
}

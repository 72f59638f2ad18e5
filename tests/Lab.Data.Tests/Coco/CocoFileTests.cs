using System.Text;
using Lab.Data.Coco;
using Lab.Data.Images;
using Lab.Data.Masks;

namespace Lab.Data.Tests.Coco;

public sealed class CocoFileTests : IDisposable
{
    private const string Good = """
        {"info": {"year": 2017}, "licenses": [],
         "images": [{"id": 9, "file_name": "000000000009.jpg", "height": 4, "width": 5, "coco_url": "x"}],
         "annotations": [
          {"id": 1, "image_id": 9, "category_id": 18, "bbox": [1.0, 1.0, 2.5, 2.0], "area": 4.0, "iscrowd": 0,
           "segmentation": [[1, 1, 3, 1, 3, 3, 1, 3]]},
          {"id": 2, "image_id": 9, "category_id": 18, "bbox": [0, 0, 1, 4], "area": 4, "iscrowd": 1,
           "segmentation": {"counts": [0, 4, 16], "size": [4, 5]}},
          {"id": 3, "image_id": 9, "category_id": 1, "bbox": [0, 0, 1, 4], "area": 4, "iscrowd": 0,
           "segmentation": {"counts": "04`0", "size": [4, 5]}, "keypoints": [1, 2, 2, 0, 0, 0], "num_keypoints": 1}],
         "categories": [{"id": 1, "name": "person", "supercategory": "person", "keypoints": ["nose", "tail"], "skeleton": [[1, 2]]},
          {"id": 18, "name": "dog"}]}
        """;

    private readonly TempFolder folder = new();

    [Fact]
    public void Polygons_runs_and_packed_runs_of_a_file_become_masks()
    {
        var file = Read(Good);
        Assert.Equal([1L, 2, 3], file.Of(9).Select(a => a.Id));
        Assert.Equal(new PixelBox(1, 1, 3.5, 3), file.Annotations[0].Box);
        Assert.Equal(new PixelBox(1, 1, 3, 3), file.Mask(file.Annotations[0]).Box());
        Assert.Equal(new PixelBox(0, 0, 1, 4), file.Mask(file.Annotations[1]).Box());
        Assert.Equal(new PixelBox(0, 0, 1, 4), file.Mask(file.Annotations[2]).Box());
        Assert.Equal([new(1, 2, 2), Keypoint.None], file.Annotations[2].Points);
        Assert.Equal("dog", file.Category(file.Annotations[0].CategoryId).Name);
        Assert.Empty(file.Of(10));
        Assert.Throws<KeyNotFoundException>(() => file.Category(2));
        Assert.Throws<KeyNotFoundException>(() => file.Image(1));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var file = Read(Good);
        file.Write(folder.File("again.json"));
        var again = CocoFile.Read(folder.File("again.json"));
        Assert.Equal(file.Annotations.Select(a => file.Mask(a).Pack()), again.Annotations.Select(a => again.Mask(a).Pack()));
        Assert.Equal(file.Annotations.Select(a => (a.Id, a.Box, a.IsCrowd, a.Area)), again.Annotations.Select(a => (a.Id, a.Box, a.IsCrowd, a.Area)));
        Assert.Equal(file.Encode(), again.Encode());
    }

    [Fact]
    public void A_mask_is_written_as_polygons_or_as_runs_where_it_has_holes_and_is_the_same_again()
    {
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            var mask = Enumerable.Range(0, 48).Select(_ => random.NextDouble() < 0.7).ToArray();
            var crowd = trial % 5 == 0;
            Assert.Equal(mask, CocoSegmentation.Of(mask, 6, 8, crowd).ToRuns(6, 8).Decode());
        }
        Assert.Null(CocoSegmentation.Of([true, true, true, true, false, true, true, true, true], 3, 3).Polygons);
        Assert.NotNull(CocoSegmentation.Of([true, true, true, true, true, true, true, true, true], 3, 3).Polygons);
    }

    [Theory]
    [InlineData("\"annotations\": [", "\"annotations\": [[", "$.annotations[0]")]
    [InlineData("\"id\": 9, ", "", "missing required properties")]
    [InlineData("\"image_id\": 9, \"category_id\": 18, \"bbox\": [1.0", "\"image_id\": 7, \"category_id\": 18, \"bbox\": [1.0", "annotation 1 is of image 7, which is not among the 1 images")]
    [InlineData("\"category_id\": 18, \"bbox\": [1.0", "\"category_id\": 3, \"bbox\": [1.0", "annotation 1 has category 3, wanted one of 1, 18")]
    [InlineData("[1.0, 1.0, 2.5, 2.0]", "[1.0, 1.0, 2.5]", "annotation 1 wanted a bbox of left, top, width, height, got [1, 1, 2.5]")]
    [InlineData("[1, 2, 2, 0, 0, 0]", "[1, 2, 2]", "annotation 3 wanted 2 keypoints of 3 numbers, those of person, got 3 numbers")]
    [InlineData("\"id\": 2,", "\"id\": 2 \"x\":", "BytePositionInLine")]
    [InlineData("{\"id\": 18,", "{\"id\": 1,", "id 1 comes twice in categories")]
    [InlineData("\"counts\": [0, 4, 16], \"size\": [4, 5]", "\"counts\": [0, 4, 16], \"size\": [4]", "size of two numbers")]
    [InlineData("\"counts\": [0, 4, 16]", "\"counts\": true", "counts, a text or a list of numbers")]
    [InlineData("[[1, 1, 3, 1, 3, 3, 1, 3]]", "3", "segmentation must be a list of polygons")]
    public void A_broken_file_is_refused_by_name_and_reason(string part, string instead, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(Good.Replace(part, instead, StringComparison.Ordinal)));
        Assert.StartsWith($"{folder.File("instances.json")}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[[1, 1, 3, 1, 3, 3, 1, 3]]", "[[1, 1, 3]]", "annotation 1: polygon must be 3 or more points")]
    [InlineData("[0, 4, 16]", "[0, 4, 15]", "annotation 2: counts must add up to 4 x 5 = 20 pixels, got 19")]
    [InlineData("\"04`0\", \"size\": [4, 5]", "\"04`0\", \"size\": [5, 4]", "annotation 3: size must be [4, 5], that of the picture, got [5, 4]")]
    [InlineData("\"04`0\"", "\"04`\"", "annotation 3: text must be runs as COCO packs them")]
    public void A_wrong_mask_is_refused_when_it_is_asked_for(string part, string instead, string reason)
    {
        var file = Read(Good.Replace(part, instead, StringComparison.Ordinal));
        var error = Assert.Throws<InvalidDataException>(() => file.Annotations.Select(file.Mask).ToArray());
        Assert.StartsWith($"{folder.File("instances.json")}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Panoptic_numbers_come_back_from_colours()
    {
        int[] ids = [0, 1, 255, 256, 65_535, 65_536, 0xFFFFFF, 7];
        var image = PanopticIds.ToImage(new(2, 4, ids));
        Assert.Equal(ids, PanopticIds.Of(PngFile.Decode(PngFile.Encode(image), "a.png"), "a.png").Labels.ToArray());
        Assert.Throws<ArgumentException>(() => PanopticIds.ToImage(new(1, 1, [1 << 24])));
    }

    [Fact]
    public void Panoptic_files_that_do_not_fit_are_refused()
    {
        CocoImage[] images = [new() { Id = 1, FileName = "a.jpg", Height = 1, Width = 2 }];
        CocoCategory[] categories = [new() { Id = 5, Name = "cat", IsThing = 1 }];
        PanopticAnnotation Segments(params (int Id, int Category)[] list) => new()
        {
            ImageId = 1,
            FileName = "a.png",
            Segments = [.. list.Select(s => new PanopticSegment { Id = s.Id, CategoryId = s.Category })],
        };
        string Refused(PanopticAnnotation annotation) =>
            Assert.Throws<InvalidDataException>(() => new PanopticFile(images, [annotation], categories)).Message;
        Assert.Equal("panoptic: a.png: segment id 3 is there twice.", Refused(Segments((3, 5), (3, 5))));
        Assert.Equal("panoptic: a.png: segment id 0 is that of no segment.", Refused(Segments((0, 5))));
        Assert.Equal("panoptic: a.png: segment 3 has category 6, wanted one of 5.", Refused(Segments((3, 6))));
        Assert.Contains("of image 2", Refused(Segments() with { ImageId = 2 }), StringComparison.Ordinal);

        var good = new PanopticFile(images, [Segments((3, 5))], categories);
        PngFile.Write(folder.File("a.png"), PanopticIds.ToImage(new(1, 2, [3, 0])));
        Assert.Equal([3, 0], good.ReadIds(folder.Path, good.Of(1)).Labels.ToArray());
        PngFile.Write(folder.File("a.png"), PanopticIds.ToImage(new(1, 2, [3, 4])));
        Assert.EndsWith("a.png: wanted a segment of panoptic, or 0, got 4 at row 0, column 1.", Assert.Throws<InvalidDataException>(() => good.ReadIds(folder.Path, good.Of(1))).Message, StringComparison.Ordinal);
        PngFile.Write(folder.File("a.png"), PanopticIds.ToImage(new(2, 1, [3, 3])));
        Assert.EndsWith("a.png: wanted 1 x 2, as the picture, got 2 x 1.", Assert.Throws<InvalidDataException>(() => good.ReadIds(folder.Path, good.Of(1))).Message, StringComparison.Ordinal);
        good.Write(folder.File("panoptic.json"));
        Assert.Equal(good.Encode(), PanopticFile.Read(folder.File("panoptic.json")).Encode());
    }

    public void Dispose() => folder.Dispose();

    private CocoFile Read(string json) => CocoFile.Read(folder.Write("instances.json", Encoding.UTF8.GetBytes(json)));
}

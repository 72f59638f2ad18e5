using Lab.Data.Images;
using Lab.Data.Masks;
using Lab.Data.Sets;
using Lab.Data.ShapeScenes;
using Lab.Shared;
using static TorchSharp.torch;

namespace Lab.Data.Tests.ShapeScenes;

public sealed class ScenesTests
{
    private static string Folder => Path.Combine(Repository.Root, "data", "scenes");

    [Fact]
    public void Making_the_scenes_again_gives_the_committed_bytes()
    {
        var last = 0.0;
        var files = DrawnScenes.Make(DrawnScenes.Seed, new Direct<double>(done => last = Math.Max(last, done)));
        Assert.Equal(File.ReadAllLines(Path.Combine(Folder, MadeSet.Checksums)), files.Select(MadeSet.Line));
        Assert.All(files, file => Assert.True(
            File.ReadAllBytes(Path.Combine(Folder, file.Name)).AsSpan().SequenceEqual(file.Content.Span), $"{file.Name} differs from the committed one."));
        Assert.Equal(1, last);
        Assert.InRange(files.Sum(file => file.Content.Length), 1, 3_200_000);
    }

    [Fact]
    public void What_is_read_from_the_files_is_what_was_painted()
    {
        using var scope = NewDisposeScope();
        var (train, val) = (Scenes.Load(Folder, "train"), Scenes.Load(Folder, "val"));
        var painted = Scenes.Draw(DrawnScenes.TrainCount + DrawnScenes.ValCount, DrawnScenes.Seed);
        Assert.Equal([180, 60], [train.Count, val.Count]);
        Same(cat([train.Images, val.Images]), painted.Images);
        Same(cat([train.Labels, val.Labels]), painted.Labels);
        Same(cat([train.Instances, val.Instances]), painted.Instances);
        Same(cat([train.Categories, val.Categories]), painted.Categories);
        Same(cat([train.Depths, val.Depths]), painted.Depths);
        var read = train.Objects.Concat(val.Objects).SelectMany(list => list).ToArray();
        var drawn = painted.Objects.SelectMany(list => list).ToArray();
        Assert.Equal(drawn.Select(Line), read.Select(Line));

        static void Same(Tensor got, Tensor expected)
        {
            Assert.Equal(expected.shape, got.shape);
            Assert.True(got.eq(expected).all().item<bool>());
        }

        static string Line(SceneObject o) => $"{o.Class} {o.Box} {o.Depth:R} {o.Crowd} {string.Join(' ', o.Keypoints)} {o.Mask.Pack()}";
    }

    [Fact]
    public void Tensors_have_the_shapes_and_ranges_that_they_promise()
    {
        using var scenes = Scenes.Draw(12, seed: 5, height: 40, width: 56);
        Assert.Equal([12, 3, 40, 56], scenes.Images.shape);
        Assert.Equal([12, 40, 56], scenes.Labels.shape);
        Assert.Equal([12, 1, 40, 56], scenes.Depths.shape);
        Assert.Equal((ScalarType.Float32, ScalarType.Int64, ScalarType.Float32), (scenes.Images.dtype, scenes.Labels.dtype, scenes.Depths.dtype));
        Assert.Subset(new HashSet<long> { 0, 1, 2, 3, 4, 5, 255 }, scenes.Labels.data<long>().ToHashSet());
        Assert.Subset(new HashSet<long> { 1, 2, 3, 4, 5, 6, 7 }, scenes.Categories.data<long>().ToHashSet());
        Assert.InRange(scenes.Images.min().item<float>(), 0, 1);
        Assert.InRange(scenes.Images.max().item<float>(), 0, 1);
        Assert.InRange(scenes.Depths.max().item<float>(), 5, 80);
    }

    [Fact]
    public void Labels_objects_categories_and_boxes_agree_with_each_other()
    {
        using var scenes = Scenes.Draw(60, seed: 3);
        var (H, W) = (DrawnScenes.Side, DrawnScenes.Side);
        var (labels, instances, categories, depths) =
            (scenes.Labels.data<long>().ToArray(), scenes.Instances.data<long>().ToArray(), scenes.Categories.data<long>().ToArray(), scenes.Depths.data<float>().ToArray());
        for (var n = 0; n < 60; n++)
        {
            var objects = scenes.Objects[n];
            Assert.Equal(objects.Select(o => o.Depth).Order(), objects.Select(o => o.Depth));
            for (var i = 0; i < objects.Count; i++)
            {
                var mask = Enumerable.Range(0, H * W).Select(p => instances[(n * H * W) + p] == i + 1).ToArray();
                var runs = RunLengths.Encode(mask, H, W);
                Assert.Equal(objects[i].Mask.Counts, runs.Counts);
                Assert.Equal(objects[i].Box, runs.Box());
                Assert.All(objects[i].Keypoints.Where(k => k.Visibility == 2), k => Assert.True(mask[((int)k.Y * W) + (int)k.X]));
                Assert.All(objects[i].Keypoints.Where(k => k.Visibility == 1), k => Assert.False(mask[((int)k.Y * W) + (int)k.X]));
                Assert.Equal(SceneClasses.Keypoints[objects[i].Crowd ? 1 : objects[i].Class].Count, objects[i].Keypoints.Count);
            }
            for (var p = n * H * W; p < (n + 1) * H * W; p++)
            {
                var owner = (int)instances[p];
                var category = owner > 0 ? objects[owner - 1].Class : categories[p];
                Assert.Equal(category, categories[p]);
                Assert.True(labels[p] == 255 || labels[p] == (owner > 0 ? category : 0));
                Assert.Equal(categories[p] == SceneClasses.Sky, depths[p] == 0);
                if (owner > 0)
                    Assert.Equal(objects[owner - 1].Depth, depths[p], 2);
            }
        }
    }

    [Fact]
    public void Voids_are_the_pixels_between_two_things_and_few()
    {
        using var scenes = Scenes.Draw(60, seed: 4);
        using var scope = NewDisposeScope();
        var isVoid = scenes.Labels.eq(255);
        Assert.InRange(isVoid.to(float32).mean().item<float>(), 0.02, 0.2);
        // A void pixel has another object, or none, among the nine around it.
        var owners = scenes.Instances.to(float32).unsqueeze(1);
        var most = nn.functional.max_pool2d(owners, [3, 3], [1, 1], [1, 1]).squeeze(1);
        var least = -nn.functional.max_pool2d(-owners, [3, 3], [1, 1], [1, 1]).squeeze(1);
        var apart = isVoid.logical_and(most.eq(least)).to(float32).sum() / isVoid.to(float32).sum();
        Assert.InRange(apart.item<float>(), 0, 0.01);     // thin ends of stars may hold no pixel's middle
    }

    [Fact]
    public void Every_class_is_common_and_its_colour_says_nothing()
    {
        using var train = Scenes.Load(Folder, "train");
        var counts = train.Objects.SelectMany(list => list).GroupBy(o => o.Class).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal([1, 2, 3, 4, 5], counts.Keys.Order());
        Assert.All(counts.Values, count => Assert.InRange(count, 90, 300));
        using var scope = NewDisposeScope();
        var means = Enumerable.Range(1, 5).Select(c =>
            train.Images.transpose(0, 1).masked_select(train.Categories.eq(c)).reshape(3, -1).mean([1])).ToArray();
        Assert.All(means, mean => Assert.InRange((mean - means[0]).abs().max().item<float>(), 0, 0.12));
    }

    [Fact]
    public void Boxes_classes_and_masks_of_a_picture_are_tensors_without_crowds()
    {
        using var train = Scenes.Load(Folder, "train");
        using var scope = NewDisposeScope();
        var crowded = Enumerable.Range(0, 180).First(n => train.Objects[n].Any(o => o.Crowd));
        var all = train.Objects[crowded].Count;
        var crowds = train.Objects[crowded].Count(o => o.Crowd);
        Assert.Equal([all - crowds, 4], train.Boxes(crowded).shape);
        Assert.Equal([all], train.Classes(crowded, crowds: true).shape);
        Assert.Equal([all - crowds, 64, 64], train.Masks(crowded).shape);
        Assert.Equal(
            train.Objects[crowded].Where(o => !o.Crowd).Select(o => o.Mask.Area),
            train.Masks(crowded).to(int64).sum([1, 2]).data<long>().ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => train.Boxes(180));
    }

    [Fact]
    public void A_mask_of_another_size_is_refused_by_name()
    {
        using var folder = new TempFolder();
        foreach (var file in DrawnScenes.Make(1).Where(f => !f.Name.StartsWith("ImageSets/", StringComparison.Ordinal)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(file.Name))!);
            folder.Write(file.Name, file.Content.ToArray());
        }
        Directory.CreateDirectory(folder.File("ImageSets/Segmentation"));
        folder.Write("ImageSets/Segmentation/train.txt", "000001\n000002\n"u8.ToArray());
        Scenes.Load(folder.Path, "train").Dispose();

        var path = folder.File("SegmentationClass/000002.png");
        var good = PngFile.Read(path);
        PngFile.Write(path, new(32, 64, PngColor.Indexed, new ushort[32 * 64], 8, [.. good.PaletteList!]));
        var error = Assert.Throws<InvalidDataException>(() => Scenes.Load(folder.Path, "train"));
        Assert.Equal($"{path}: wanted a mask of 64 x 64, as the picture, got 64 x 32.", error.Message);

        PngFile.Write(path, new(64, 64, PngColor.Indexed, [.. good.SampleList.Select(s => s == 0 ? (ushort)17 : s)], 8, [.. good.PaletteList!]));
        error = Assert.Throws<InvalidDataException>(() => Scenes.Load(folder.Path, "train"));
        Assert.Equal($"{path}: wanted labels 0 to 5 or 255, got 17 at row 0, column 0.", error.Message);
    }
}

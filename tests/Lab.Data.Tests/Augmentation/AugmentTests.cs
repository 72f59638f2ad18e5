using Lab.Data.Augmentation;
using Lab.Data.Masks;
using Lab.Data.ShapeScenes;
using static TorchSharp.torch;

namespace Lab.Data.Tests.Augmentation;

public sealed class AugmentTests
{
    /// <summary>Moves that take pixels to pixels.</summary>
    public static TheoryData<string> Exact => ["mirror", "upside down", "crop", "beyond the border", "twice as large", "quarter turn", "half turn", "back turn"];

    private static (AffineMap Map, int Height, int Width) Move(string name) => name switch
    {
        "mirror" => (AffineMap.FlipHorizontally(64), 64, 64),
        "upside down" => (AffineMap.FlipVertically(64), 64, 64),
        "crop" => (AffineMap.Shift(-9, -14), 40, 48),
        "beyond the border" => (AffineMap.Shift(7, -20), 64, 64),
        "twice as large" => (AffineMap.Scale(2, 2), 128, 128),
        "quarter turn" => (AffineMap.Rotate(90, 32, 32), 64, 64),
        "half turn" => (AffineMap.Rotate(180, 32, 32), 64, 64),
        _ => (AffineMap.Rotate(-90, 32, 32), 64, 64),
    };

    [Theory]
    [MemberData(nameof(Exact))]
    public void Boxes_masks_and_keypoints_agree_after_a_move(string name)
    {
        using var scenes = Scenes.Draw(20, seed: 8);
        var (map, height, width) = Move(name);
        for (var n = 0; n < 20; n++)
        {
            using var scope = NewDisposeScope();
            var before = scenes.Sample(n);
            var after = Augment.Warp(before, map, height, width);
            var boxesAlone = Augment.Warp(before with { Instances = null }, map, height, width);
            Consistent(after);
            // The box of the moved mask is the moved box: exactly where the object is whole, and never outside of it.
            foreach (var moved in after.Objects)
            {
                Assert.Contains(boxesAlone.Objects, o => o.Class == moved.Class && o.Box.Left <= moved.Box.Left && o.Box.Top <= moved.Box.Top
                    && o.Box.Right >= moved.Box.Right && o.Box.Bottom >= moved.Box.Bottom);
            }
            if (name is not ("crop" or "beyond the border"))
            {
                Assert.Equal(before.Objects.Count, after.Objects.Count);
                Assert.Equal(boxesAlone.Objects.Select(o => o.Box), after.Objects.Select(o => o.Box));
            }
        }
    }

    [Fact]
    public void Random_changes_keep_the_parts_together()
    {
        using var scenes = Scenes.Draw(10, seed: 9);
        var random = new RandomAugmentation { Degrees = 30, Shift = 0.2 };
        for (var n = 0; n < 10; n++)
        {
            using var scope = NewDisposeScope();
            var after = random.Apply(scenes.Sample(n), seed: n);
            Consistent(after, margin: 1);
            Assert.Equal([3, 64, 64], after.Image.shape);
            Assert.InRange(after.Image.max().item<float>(), 0, 1);
            var again = random.Apply(scenes.Sample(n), seed: n);
            Assert.True(again.Image.eq(after.Image).all().item<bool>());
            Assert.False(random.Apply(scenes.Sample(n), seed: n + 100).Image.eq(after.Image).all().item<bool>());
        }
    }

    [Theory]
    [MemberData(nameof(Exact))]
    public void The_way_back_gives_the_sample_again(string name)
    {
        if (name is "crop" or "beyond the border")
            return;
        using var scenes = Scenes.Draw(4, seed: 10);
        using var scope = NewDisposeScope();
        var (map, height, width) = Move(name);
        var before = scenes.Sample(3);
        var back = Augment.Warp(Augment.Warp(before, map, height, width), map.Inverse(), 64, 64);
        Assert.InRange((back.Image - before.Image).abs().max().item<float>(), 0, name == "twice as large" ? 0.3 : 1e-6);
        Assert.True(back.Labels!.eq(before.Labels!).all().item<bool>());
        Assert.True(back.Instances!.eq(before.Instances!).all().item<bool>());
        Assert.True(back.Depth!.eq(before.Depth!).all().item<bool>());
        Assert.Equal(before.Objects.SelectMany(o => o.Keypoints), back.Objects.SelectMany(o => o.Keypoints));
    }

    [Fact]
    public void A_mirror_is_the_library_s_flip_and_renames_left_and_right()
    {
        using var scenes = Scenes.Draw(20, seed: 11);
        using var scope = NewDisposeScope();
        for (var n = 0; n < 20; n++)
        {
            var before = scenes.Sample(n);
            var after = Augment.FlipHorizontally(before);
            Assert.InRange((after.Image - before.Image.flip(2)).abs().max().item<float>(), 0, 1e-6);
            Assert.True(after.Labels!.eq(before.Labels!.flip(1)).all().item<bool>());
            foreach (var (old, changed) in before.Objects.Zip(after.Objects).Where(pair => pair.First is { Class: 2, Crowd: false }))
            {
                // The new top left corner is the old top right one, seen in the mirror.
                var (topRight, topLeft) = (old.Keypoints[1], changed.Keypoints[0]);
                Assert.Equal(topRight.Labelled ? topRight with { X = 64 - topRight.X } : Keypoint.None, topLeft);
            }
        }
        Assert.All(Enumerable.Range(0, 6), k => Assert.Equal(SceneClasses.Keypoints[k].Count, SceneClasses.Mirrored[k].Count));
    }

    [Fact]
    public void What_comes_from_outside_is_black_void_and_nobody_s()
    {
        using var scenes = Scenes.Draw(1, seed: 12);
        using var scope = NewDisposeScope();
        var after = Augment.Crop(scenes.Sample(0), left: -8, top: 0, height: 64, width: 64);
        Assert.Equal(0, after.Image[.., .., ..8].abs().max().item<float>());
        Assert.True(after.Labels![.., ..8].eq(255).all().item<bool>());
        Assert.True(after.Instances![.., ..8].eq(0).all().item<bool>());
        Assert.True(after.Depth![0][.., ..8].eq(0).all().item<bool>());
        Assert.True(after.Image[.., .., 8..].eq(scenes.Images[0][.., .., ..56]).all().item<bool>());
    }

    [Fact]
    public void Objects_that_leave_the_picture_are_dropped_and_the_others_numbered_anew()
    {
        using var scope = NewDisposeScope();
        var instances = zeros(8, 8, dtype: int64);
        instances[1, 1] = 1;
        instances[6, 6] = 2;
        var sample = new Sample(rand(3, 8, 8))
        {
            Instances = instances,
            Objects = [new(1, new(1, 1, 2, 2), [new(1.5, 1.5, 2)]), new(3, new(6, 6, 7, 7), [new(6.5, 6.5, 2)])],
        };
        var after = Augment.Crop(sample, left: 4, top: 4, height: 4, width: 4);
        var left = Assert.Single(after.Objects);
        Assert.Equal((3, new PixelBox(2, 2, 3, 3), new Keypoint(2.5, 2.5, 2)), (left.Class, left.Box, left.Keypoints[0]));
        Assert.Equal(1, after.Instances![2, 2].item<long>());
        Assert.Equal(2, sample.Objects.Count);
    }

    [Fact]
    public void Colours_change_the_picture_alone()
    {
        using var scope = NewDisposeScope();
        var sample = new Sample(rand(3, 8, 8)) { Labels = zeros(8, 8, dtype: int64) };
        var grey = Augment.Colors(sample, saturation: 0);
        Assert.InRange((grey.Image[0] - grey.Image[2]).abs().max().item<float>(), 0, 1e-6);
        Assert.InRange((Augment.Colors(sample, brightness: 0.5).Image - sample.Image / 2).abs().max().item<float>(), 0, 1e-6);
        Assert.InRange(Augment.Colors(sample, contrast: 0).Image.std().item<float>(), 0, 1e-6);
        Assert.Same(sample.Labels, grey.Labels);
    }

    [Fact]
    public void Parts_of_another_size_and_maps_without_a_way_back_are_refused()
    {
        using var scope = NewDisposeScope();
        var wrong = new Sample(rand(3, 8, 8)) { Labels = zeros(8, 9, dtype: int64) };
        Assert.Contains("sample.Labels must be Int64 [8, 8], as the image, got Int64 [8, 9]", Assert.Throws<ArgumentException>(() => Augment.FlipHorizontally(wrong)).Message, StringComparison.Ordinal);
        Assert.Contains("sample.Image must be floating point [C, H, W]", Assert.Throws<ArgumentException>(() => Augment.FlipHorizontally(new(rand(8, 8)))).Message, StringComparison.Ordinal);
        Assert.Contains("map must have a way back", Assert.Throws<ArgumentException>(() => Augment.Warp(new(rand(3, 8, 8)), AffineMap.Scale(0, 1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Augment.Crop(new(rand(3, 8, 8)), 0, 0, 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Augment.Colors(new(rand(3, 8, 8)), brightness: -1));
    }

    /// <summary>Boxes are those of the masks, classes those of the objects, and seen keypoints lie on their object.</summary>
    private static void Consistent(Sample sample, int margin = 0)
    {
        var (H, W) = (sample.Height, sample.Width);
        var (owners, labels) = (sample.Instances!.data<long>().ToArray(), sample.Labels!.data<long>().ToArray());
        Assert.Equal(sample.Objects.Count, owners.Where(o => o > 0).Distinct().Count());
        for (var i = 0; i < sample.Objects.Count; i++)
        {
            var thing = sample.Objects[i];
            var runs = RunLengths.Encode([.. owners.Select(owner => owner == i + 1)], H, W);
            Assert.Equal(runs.Box(), thing.Box);
            Assert.All(Enumerable.Range(0, H * W).Where(p => owners[p] == i + 1), p => Assert.True(labels[p] == thing.Class || labels[p] == 255));
            Assert.All(thing.Keypoints.Where(k => k.Visibility == 2), k => Assert.True(Near(i + 1, (int)k.X, (int)k.Y)));
        }

        bool Near(int owner, int x, int y) =>
            (from dy in Enumerable.Range(-margin, 2 * margin + 1)
             from dx in Enumerable.Range(-margin, 2 * margin + 1)
             where x + dx >= 0 && x + dx < W && y + dy >= 0 && y + dy < H
             select owners[(y + dy) * W + x + dx]).Contains(owner);
    }
}

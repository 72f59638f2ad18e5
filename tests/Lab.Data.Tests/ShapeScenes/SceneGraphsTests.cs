using Lab.Data.ShapeScenes;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Data.Tests.ShapeScenes;

/// <summary>Relations between the objects of scenes are those that a look at boxes and pixels, one by one, finds.</summary>
public sealed class SceneGraphsTests
{
    [Fact]
    public void Relations_are_what_a_look_at_every_pair_finds()
    {
        using var scope = NewDisposeScope();
        using var scenes = Scenes.Draw(12, seed: 5);
        var batch = SceneGraphs.Of(scenes, [.. Enumerable.Range(0, 12)]);
        var counts = new int[3];
        for (var b = 0; b < 12; b++)
        {
            var objects = scenes.Objects[b].Where(o => !o.Crowd).ToArray();
            Assert.Equal(objects.Length, batch.Mask[b].sum().ToInt64());
            for (var i = 0; i < objects.Length; i++)
                for (var j = 0; j < objects.Length; j++)
                {
                    var (one, other) = (objects[i].Box, objects[j].Box);
                    bool[] expected =
                    [
                        i != j && one.Right <= other.Left,
                        i != j && one.Left >= other.Left && one.Right <= other.Right && one.Top >= other.Top && one.Bottom <= other.Bottom
                            && (one.Right - one.Left) * (one.Bottom - one.Top) < (other.Right - other.Left) * (other.Bottom - other.Top),
                        i != j && Touch(scenes.Masks(b)[i], scenes.Masks(b)[j]),
                    ];
                    for (var r = 0; r < 3; r++)
                    {
                        Assert.Equal(expected[r], batch.Relations[b, i, j, r].ToBoolean());
                        counts[r] += expected[r] ? 1 : 0;
                    }
                }
        }
        Assert.True(counts.All(c => c > 0), string.Join(", ", counts));
        Assert.True(batch.Relations.select(3, 2).eq(batch.Relations.select(3, 2).transpose(1, 2)).all().ToBoolean());
        Assert.True(batch.Pairs.isfinite().all().ToBoolean());
        Assert.Equal(SceneGraphs.PairWidth, batch.Pairs.size(3));
    }

    [Fact]
    public void Pictures_that_there_are_not_are_refused()
    {
        using var scenes = Scenes.Draw(2, seed: 5);
        Assert.Contains("got [2]", Assert.Throws<ArgumentException>(() => SceneGraphs.Of(scenes, [2])).Message, StringComparison.Ordinal);
        Assert.Contains("got none in 0", Assert.Throws<ArgumentException>(() => SceneGraphs.Of(scenes, [])).Message, StringComparison.Ordinal);
    }

    private static bool Touch(Tensor one, Tensor other)
    {
        var (a, b) = (one.data<bool>().ToArray(), other.data<bool>().ToArray());
        var width = (int)one.size(1);
        for (var p = 0; p < a.Length; p++)
            if (a[p] && ((p + width < b.Length && b[p + width]) || (p >= width && b[p - width])
                || (p % width < width - 1 && b[p + 1]) || (p % width > 0 && b[p - 1])))
                return true;
        return false;
    }
}

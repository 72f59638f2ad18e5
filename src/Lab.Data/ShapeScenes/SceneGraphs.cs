using static TorchSharp.torch;

namespace Lab.Data.ShapeScenes;

/// <summary>Scene graphs of several pictures, padded to the most objects of one.</summary>
/// <param name="Classes">Labels, <c>[B, N]</c>, int64, 0 for padding.</param>
/// <param name="Boxes">Left, top, right, bottom in pixels, <c>[B, N, 4]</c>, float32.</param>
/// <param name="Pairs">How the box of the row lies to that of the column, <c>[B, N, N, 8]</c>, float32: see <see cref="SceneGraphs"/>.</param>
/// <param name="Relations">What holds of row and column, <c>[B, N, N, 3]</c>, boolean, in the order of <see cref="SceneGraphs.Names"/>.</param>
/// <param name="Mask">True where there is an object, <c>[B, N]</c>, boolean.</param>
public sealed record SceneGraphBatch(Tensor Classes, Tensor Boxes, Tensor Pairs, Tensor Relations, Tensor Mask);

/// <summary>What holds between the objects of a scene, from their boxes and masks.</summary>
/// <remarks>
/// "Left of": all of the subject is further left than the other's box. "Inside": the subject's box lies in the other's, and is smaller. "Touching": a pixel
/// of the one has a pixel of the other above, below or beside it. Touching has no direction, the others have. The features of a pair are box edges less
/// the other's (left, top, right, bottom), the gap from the subject's right edge to the other's left one and from its bottom to the other's top, and
/// the logarithm of width and height by width and height, lengths as shares of the picture's width.
/// </remarks>
public static class SceneGraphs
{
    /// <summary>The relations.</summary>
    public static IReadOnlyList<string> Names { get; } = ["left of", "inside", "touching"];

    /// <summary>How many features a pair has.</summary>
    public const int PairWidth = 8;

    /// <summary>The scene graphs of some pictures; crowds are left out.</summary>
    /// <param name="scenes">The scenes.</param>
    /// <param name="pictures">Which of them; at least one, and at least one object in all together.</param>
    /// <exception cref="ArgumentException">No pictures, none of that number, or no object in any.</exception>
    public static SceneGraphBatch Of(Scenes scenes, IReadOnlyList<int> pictures)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Any(p => p < 0 || p >= scenes.Count))
            throw new ArgumentException($"pictures must be in 0..{scenes.Count - 1}, got [{string.Join(", ", pictures)}].", nameof(pictures));
        var objects = pictures.Select(p => scenes.Objects[p].Where(o => !o.Crowd).ToArray()).ToArray();
        var most = objects.Select(o => o.Length).DefaultIfEmpty(0).Max();
        if (most == 0)
            throw new ArgumentException($"pictures must show an object, got none in {pictures.Count} pictures.", nameof(pictures));

        using var scope = NewDisposeScope();
        var (B, width) = (pictures.Count, scenes.Labels.size(2));
        var classes = zeros([B, most], int64);
        var boxes = zeros(B, most, 4);
        var relations = zeros([B, most, most, Names.Count], ScalarType.Bool);
        for (var b = 0; b < B; b++)
        {
            for (var i = 0; i < objects[b].Length; i++)
            {
                classes[b, i] = objects[b][i].Class;
                var box = objects[b][i].Box;
                boxes[b, i] = tensor(new[] { (float)box.Left, (float)box.Top, (float)box.Right, (float)box.Bottom });
            }
            if (objects[b].Length > 0)
                relations[b, ..objects[b].Length, ..objects[b].Length] = Relations(scenes, pictures[b]);
        }
        var mask = classes > 0;
        return new(
            classes.MoveToOuterDisposeScope(), boxes.MoveToOuterDisposeScope(), Features(boxes, mask, width).MoveToOuterDisposeScope(),
            relations.MoveToOuterDisposeScope(), mask.MoveToOuterDisposeScope());
    }

    /// <summary>What holds in one picture, <c>[N, N, 3]</c>, boolean; row i is the subject.</summary>
    /// <param name="scenes">The scenes.</param>
    /// <param name="picture">Which picture.</param>
    public static Tensor Relations(Scenes scenes, int picture)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        using var scope = NewDisposeScope();
        var sides = scenes.Boxes(picture).unbind(1);                               // left, top, right, bottom: [N] each
        var (left, top, right, bottom) = (sides[0], sides[1], sides[2], sides[3]);
        var count = left.size(0);
        var leftOf = right.unsqueeze(1) <= left.unsqueeze(0);
        var within = (left.unsqueeze(1) >= left).logical_and(top.unsqueeze(1) >= top).logical_and(right.unsqueeze(1) <= right).logical_and(bottom.unsqueeze(1) <= bottom);
        var areas = (right - left) * (bottom - top);
        var inside = within.logical_and(areas.unsqueeze(1) < areas);
        var masks = scenes.Masks(picture).to(float32);                             // [N, H, W]
        var grown = nn.functional.max_pool2d(masks.unsqueeze(1), [3, 1], [1, 1], [1, 0])
            .maximum(nn.functional.max_pool2d(masks.unsqueeze(1), [1, 3], [1, 1], [0, 1])).squeeze(1);
        var touching = grown.flatten(1).matmul(masks.flatten(1).transpose(0, 1)) > 0;
        var different = eye(count, dtype: ScalarType.Bool).logical_not();
        return stack([leftOf.logical_and(different), inside.logical_and(different), touching.logical_and(different)], 2).MoveToOuterDisposeScope();
    }

    private static Tensor Features(Tensor boxes, Tensor mask, long width)
    {
        var scaled = boxes / width;
        var (mine, its) = (scaled.unsqueeze(2), scaled.unsqueeze(1));              // [B, N, 1, 4] and [B, 1, N, 4]
        var sizes = (scaled.narrow(2, 2, 2) - scaled.narrow(2, 0, 2)).clamp(min: 1e-3).log();
        var gaps = its.narrow(3, 0, 2) - mine.narrow(3, 2, 2);
        var features = cat([mine - its, gaps, sizes.unsqueeze(2) - sizes.unsqueeze(1)], 3);
        return features * mask.unsqueeze(2).logical_and(mask.unsqueeze(1)).unsqueeze(3);
    }
}

using Lab.Specs.Dense;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Models;

/// <summary>The blocks of Transformers over images: names and formulas.</summary>
internal static class ImageBlocks
{
    public static Layout Add(Layout layout, string name, long width, long inner, long reduction, bool mix)
    {
        layout.LayerNorm($"{name}.norm1", width).Linear($"{name}.attn.q", width, width).Linear($"{name}.attn.kv", 2 * width, width)
            .Linear($"{name}.attn.proj", width, width);
        if (reduction > 1)
            layout.Conv($"{name}.attn.sr", width, width, reduction).LayerNorm($"{name}.attn.norm", width);
        layout.LayerNorm($"{name}.norm2", width).Linear($"{name}.mlp.fc1", inner, width);
        if (mix)
            layout.Conv($"{name}.mlp.dwconv.dwconv", inner, 1, 3);
        return layout.Linear($"{name}.mlp.fc2", width, inner);
    }

    /// <summary>One block on a map <c>[B, C, H, W]</c>: every head and every channel by itself.</summary>
    public static Tensor Through(Formulas net, string name, Tensor map, long heads, long reduction, bool mix)
    {
        var normed = AtPixels(map, x => net.LayerNorm(x, $"{name}.norm1", 1e-6));
        var seen = normed;
        if (reduction > 1)
        {
            var room = zeros([map.size(0), map.size(1), Math.Max(reduction, map.size(2)), Math.Max(reduction, map.size(3))], map.dtype);
            seen = room.slice_scatter(room.narrow(3, 0, map.size(3)).slice_scatter(normed, 2, 0, map.size(2)), 3, 0, map.size(3));
            seen = AtPixels(net.Conv(seen, $"{name}.attn.sr", reduction), x => net.LayerNorm(x, $"{name}.attn.norm"));
        }
        var q = AtPixels(normed, x => net.Linear(x, $"{name}.attn.q")).flatten(2);
        var kv = AtPixels(seen, x => net.Linear(x, $"{name}.attn.kv")).flatten(2);
        var (width, size) = (map.size(1), map.size(1) / heads);
        var contexts = Enumerable.Range(0, (int)heads).Select(h =>
        {
            var scores = einsum("bcn,bcm->bnm", q.narrow(1, h * size, size), kv.narrow(1, h * size, size)) / Math.Sqrt(size);
            return einsum("bnm,bcm->bcn", scores.softmax(2), kv.narrow(1, width + h * size, size));
        });
        var attended = cat([.. contexts], 1).reshape(map.shape);
        map = map + AtPixels(attended, x => net.Linear(x, $"{name}.attn.proj"));
        var inner = AtPixels(map, x => net.Linear(net.LayerNorm(x, $"{name}.norm2", 1e-6), $"{name}.mlp.fc1"));
        if (mix)
            inner = net.Conv(inner, $"{name}.mlp.dwconv.dwconv", padding: 1, groups: inner.size(1));
        return map + AtPixels(F.gelu(inner), x => net.Linear(x, $"{name}.mlp.fc2"));
    }

    /// <summary>A function of the channels, pixel by pixel.</summary>
    public static Tensor AtPixels(Tensor map, Func<Tensor, Tensor> function) => function(map.movedim([1], [-1])).movedim([-1], [1]);

    public static Tensor Sized(Tensor x, long height, long width) =>
        F.interpolate(x, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
}

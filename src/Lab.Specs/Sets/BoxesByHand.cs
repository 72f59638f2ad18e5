using Lab.Core.Sets;
using static TorchSharp.torch;

namespace Lab.Specs.Sets;

/// <summary>Similarities of boxes, side by side: each of the four formulas written out over the eight numbers of a pair.</summary>
internal static class BoxesByHand
{
    /// <summary>Of boxes <c>[..., 4]</c> at the same places.</summary>
    public static Tensor Similar(Tensor boxes, Tensor others, BoxSimilarity similarity)
    {
        var (a, b) = (boxes.unbind(-1), others.unbind(-1));
        var (aw, ah, bw, bh) = (Side(a[0], a[2]), Side(a[1], a[3]), Side(b[0], b[2]), Side(b[1], b[3]));
        var common = Side(maximum(a[0], b[0]), minimum(a[2], b[2])) * Side(maximum(a[1], b[1]), minimum(a[3], b[3]));
        var union = aw * ah + bw * bh - common;
        var iou = Divided(common, union);
        if (similarity == BoxSimilarity.IoU)
            return iou;

        var (width, height) = (Side(minimum(a[0], b[0]), maximum(a[2], b[2])), Side(minimum(a[1], b[1]), maximum(a[3], b[3])));
        if (similarity == BoxSimilarity.Generalized)
            return iou - Divided(width * height - union, width * height);

        var (dx, dy) = ((a[0] + a[2]) / 2 - (b[0] + b[2]) / 2, (a[1] + a[3]) / 2 - (b[1] + b[3]) / 2);
        var diou = iou - Divided(dx * dx + dy * dy, width * width + height * height);
        if (similarity == BoxSimilarity.Distance)
            return diou;

        var v = 4 / Math.Pow(Math.PI, 2) * (Angle(aw, ah) - Angle(bw, bh)).pow(2);
        return diou - Divided(v, 1 - iou + v).detach() * v;
    }

    /// <summary>Of all pairs of <c>[..., N, 4]</c> and <c>[..., M, 4]</c>.</summary>
    public static Tensor AllPairs(Tensor boxes, Tensor others, BoxSimilarity similarity) => stack(
        [.. Enumerable.Range(0, (int)boxes.size(-2)).Select(n =>
        {
            var one = boxes.select(-2, n).unsqueeze(-2);
            return Similar(cat([.. Enumerable.Repeat(one, (int)others.size(-2))], -2), others, similarity);
        })],
        -2);

    private static Tensor Side(Tensor low, Tensor high) => (high - low).clamp(min: 0);

    private static Tensor Divided(Tensor part, Tensor whole) => where(whole > 0, part / (whole + (whole <= 0).to(whole.dtype)), zeros_like(part));

    private static Tensor Angle(Tensor w, Tensor h) => where(
        w > 0, Math.PI / 2 - (h / (w + (w <= 0).to(w.dtype))).atan(), (w / (h + (h <= 0).to(h.dtype))).atan());
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Op = System.Func<
    System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>, TorchSharp.torch.Tensor, long, long, double, Lab.Core.Dense.WindowBlend, long,
    System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Refinement;

/// <summary>Pictures and a network, and the windows through which it sees them.</summary>
public sealed record WindowCase : RefineCase
{
    /// <summary>Height of a window.</summary>
    public int Height { get; init; } = 3;

    /// <summary>Width of a window.</summary>
    public int Width { get; init; } = 3;

    /// <summary>The least overlap.</summary>
    public double Overlap { get; init; } = 0.5;

    /// <summary>How much each pixel of a window counts.</summary>
    public WindowBlend Blend { get; init; }

    /// <summary>How many windows at once.</summary>
    public int AtOnce { get; init; } = 3;

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Height > 1)
            yield return this with { Height = Height - 1 };
        if (Width > 1)
            yield return this with { Width = Width - 1 };
        if (AtOnce > 1)
            yield return this with { AtOnce = 1 };
        if (Overlap > 0)
            yield return this with { Overlap = 0 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Sliding windows against their definition, one window at a time.</summary>
public sealed class SlidingWindowSpec : Spec<Op, WindowCase>
{
    private static readonly Func<Tensor, Tensor> asItIs = z => z;

    /// <inheritdoc/>
    public override Op Op => Refine.SlidingWindow;

    /// <inheritdoc/>
    public override Op Oracle => (model, images, height, width, overlap, blend, _, activation) =>
    {
        var (h, w) = (Math.Max(images.size(2), height), Math.Max(images.size(3), width));
        var padded = zeros([images.size(0), images.size(1), h, w], images.dtype);
        padded.narrow(2, 0, images.size(2)).narrow(3, 0, images.size(3)).copy_(images);
        var g = einsum("y,x->yx", Weights(height, blend), Weights(width, blend)).to(images.dtype);
        var (above, below) = (zeros(1, images.dtype), zeros(1, images.dtype));
        foreach (var top in Tops(h, height, overlap))
        {
            foreach (var left in Tops(w, width, overlap))
            {
                var logits = model(padded.slice(2, top, top + height, 1).slice(3, left, left + width, 1));
                var p = Spatial.Resize(activation is null ? logits.softmax(1) : activation(logits), height, width);
                long[] around = [left, w - left - width, top, h - top - height];
                above = above + F.pad(p * g, around);
                below = below + F.pad(g, around);
            }
        }
        return (above / below).slice(2, 0, images.size(2), 1).slice(3, 0, images.size(3), 1);
    };

    /// <summary>Evenly, as few as keep neighbours within the step.</summary>
    private static IEnumerable<long> Tops(long side, long window, double overlap)
    {
        var step = Math.Max(1, Math.Floor(window * (1 - overlap)));
        var count = 1;
        while ((count - 1) * step < side - window)
            count++;
        return Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (long)Math.Floor(i * (double)(side - window) / (count - 1) + 0.5));
    }

    private static Tensor Weights(long n, WindowBlend blend)
    {
        var i = arange(n, dtype: ScalarType.Float64);
        return blend switch
        {
            WindowBlend.Uniform => ones(n, dtype: ScalarType.Float64),
            WindowBlend.Hann => 0.5 - 0.5 * (2 * Math.PI * (i + 0.5) / n).cos(),
            _ => (-32 * ((i - (n - 1) / 2.0) / n).square()).exp(),
        };
    }

    /// <inheritdoc/>
    public override Gen<WindowCase> Cases =>
        from b in Gen.Choose(1, 3)
        from c in Gen.Choose(1, 2)
        from k in Gen.Choose(2, 3)
        from h in Gen.Choose(1, 9)
        from w in Gen.Choose(1, 9)
        from height in Gen.Choose(1, 5)
        from width in Gen.Choose(1, 5)
        from overlap in Gen.Elements(0.0, 0.25, 0.5, 0.75, 0.9)
        from blend in Gen.Elements(WindowBlend.Gaussian, WindowBlend.Hann, WindowBlend.Uniform)
        from atOnce in Gen.Elements(1, 3, 100)
        from coarse in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 10.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new WindowCase
        {
            B = b,
            C = c,
            K = k,
            H = h,
            W = w,
            Height = height,
            Width = width,
            Overlap = overlap,
            Blend = blend,
            AtOnce = atOnce,
            Coarse = coarse,
            Scale = scale,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                    // the network of the cases adds up 18 products in it

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(30 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, WindowCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(@case.Model(arguments[1]), arguments[0], @case.Height, @case.Width, @case.Overlap, @case.Blend, @case.AtOnce, null)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        new("no model", "model", () => [ones(1, 3, 4, 4)], (op, x) => op(null!, x[0], 2, 2, 0, WindowBlend.Hann, 1, null)),
        new("null for images", "images", () => [], (op, _) => op(asItIs, null!, 2, 2, 0, WindowBlend.Hann, 1, null)),
        new("integer images", "images", () => [ones([1, 3, 4, 4], ScalarType.Int64)], (op, x) => op(asItIs, x[0], 2, 2, 0, WindowBlend.Hann, 1, null)),
        new("an image without a batch", "images", () => [ones(3, 4, 4)], (op, x) => op(asItIs, x[0], 2, 2, 0, WindowBlend.Hann, 1, null)),
        new("height 0", "height", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], 0, 2, 0, WindowBlend.Hann, 1, null)),
        new("width -1", "width", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], 2, -1, 0, WindowBlend.Hann, 1, null)),
        new("overlap 1", "overlap", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], 2, 2, 1, WindowBlend.Hann, 1, null)),
        new("an overlap that is no number", "overlap", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], 2, 2, double.NaN, WindowBlend.Hann, 1, null)),
        new("a blend that there is not", "blend", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], 2, 2, 0, (WindowBlend)7, 1, null)),
        new("no window at once", "windowsAtOnce", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], 2, 2, 0, WindowBlend.Hann, 0, null)),
        new("a model that answers per window", "model", () => [ones(1, 3, 4, 4)], (op, x) => op(z => z.mean([2, 3]), x[0], 2, 2, 0, WindowBlend.Hann, 1, null)),
        new("an activation that takes the best class", "activation", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], 2, 2, 0, WindowBlend.Hann, 1, z => z.argmax(1))),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, WindowCase>> OwnLaws =>
    [
        Own("a local model does not see the windows", "A model that looks at each pixel by itself says through windows what it says of the whole picture.", (op, c) =>
        {
            var (images, model) = (c.Draw()[0].Value, RefineCase.Local(c.Draw()[1].Value));
            return Comparison.Same("answer", op(model, images, c.Height, c.Width, c.Overlap, c.Blend, c.AtOnce, null), model(images).softmax(1), Tolerance);
        }),
        Own("the weights sum to 1", "A model that always says 1 makes 1 everywhere: no pixel is left out, none counts twice.", (op, c) =>
        {
            var images = c.Draw()[0].Value;
            var said = op(x => x, images, c.Height, c.Width, c.Overlap, c.Blend, c.AtOnce, z => ones_like(z));
            return Comparison.Same("answer", said, ones_like(images), Tolerance);
        }),
        Own("wide windows count their edges too", "With Hann and Gaussian weights of windows of 70 pixels every pixel still has one, also in single precision.", (op, c) =>
        {
            var images = ones(1, 1, 90, 100);
            var said = op(x => x, images, 70, 70, c.Overlap, c.Blend, 100, asItIs);
            return Comparison.Same("answer", said, images, new Tolerance(1e-5, 1e-5));
        }) with { Cases = 10 },
        Own("a window as large as the picture is the picture", "One window gives the model's own answer.", (op, c) =>
        {
            var (images, model) = (c.Draw()[0].Value, (c with { Coarse = false }).Model(c.Draw()[1].Value));
            return Comparison.Same("answer", op(model, images, c.H, c.W, c.Overlap, c.Blend, c.AtOnce, null), model(images).softmax(1), Tolerance.Times(1 + c.Scale));
        }),
        Own("memory is bounded", "The model sees windows of the size that was asked for, never more of them than allowed, and each once.", (op, c) =>
        {
            var shapes = new List<long[]>();
            op(RefineCase.Noting(c.Model(c.Draw()[1].Value), shapes), c.Draw()[0].Value, c.Height, c.Width, c.Overlap, c.Blend, c.AtOnce, null);
            var windows = c.B * Tops(Math.Max(c.H, c.Height), c.Height, c.Overlap).Count() * Tops(Math.Max(c.W, c.Width), c.Width, c.Overlap).Count();
            return Verdict.Require(shapes.All(s => s[2] == c.Height && s[3] == c.Width), "A window has another size.")
                .Then(() => Verdict.Require(shapes.All(s => s[0] <= c.AtOnce), "There were too many windows at once."))
                .Then(() => Verdict.Require(shapes.Sum(s => s[0]) == windows, $"{shapes.Sum(s => s[0])} windows were seen, not {windows}."));
        }),
        Own("the middle of a window counts more than its edge", "Where a model is wrong at the edges of its windows alone, Hann and Gaussian weights show less of it than uniform ones.", (op, c) =>
        {
            var images = zeros([1, 1, 12, 12], ScalarType.Float64);
            Tensor Errors(WindowBlend blend) => op(Framed, images, 6, 6, 0.5, blend, c.AtOnce, asItIs).narrow(2, 3, 6).narrow(3, 3, 6).mean();
            var even = Errors(WindowBlend.Uniform).ToDouble();
            return Verdict.Require(Errors(WindowBlend.Hann).ToDouble() < 0.7 * even && Errors(WindowBlend.Gaussian).ToDouble() < 0.7 * even, "The edge shows as much.");

            static Tensor Framed(Tensor x)
            {
                var wrong = ones_like(x);
                wrong.narrow(2, 1, 4).narrow(3, 1, 4).zero_();
                return wrong;
            }
        }) with { Cases = 3 },
        Own("probabilities sum to 1", "Over the classes, at every pixel, whatever the windows say.", (op, c) =>
        {
            var p = op(c.Model(c.Draw()[1].Value), c.Draw()[0].Value, c.Height, c.Width, c.Overlap, c.Blend, c.AtOnce, null);
            return Comparison.Same("sum", p.sum(1), ones_like(p.sum(1)), Tolerance);
        }),
        Own("nothing is kept for a gradient", "Even of pictures and weights that ask for one.", (op, c) =>
        {
            var p = op(c.Model(c.Draw()[1].Value.requires_grad_()), c.Draw()[0].Value.requires_grad_(), c.Height, c.Width, c.Overlap, c.Blend, c.AtOnce, null);
            return Verdict.Require(!p.requires_grad, "The result has a graph.");
        }),
    ];
}

using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<
    System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>, TorchSharp.torch.Tensor, System.Collections.Generic.IReadOnlyList<double>?,
    Lab.Core.Dense.Flips, long, System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Refinement;

/// <summary>Pictures and a network, and the views that are taken.</summary>
public sealed record ViewsCase : RefineCase
{
    /// <summary>Factors, with blanks between.</summary>
    public string Scales { get; init; } = "1";

    /// <summary>The mirrors.</summary>
    public Flips Flips { get; init; }

    /// <summary>What sides of views are multiples of.</summary>
    public int Divisor { get; init; } = 1;

    /// <summary>Whether labels do not exclude each other.</summary>
    public bool Labels { get; init; }

    /// <summary>The factors.</summary>
    internal double[] Factors => [.. Scales.Split(' ').Select(s => double.Parse(s, CultureInfo.InvariantCulture))];

    internal Func<Tensor, Tensor>? Activation => Labels ? z => z.sigmoid() : null;

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Scales.Contains(' ', StringComparison.Ordinal))
            yield return this with { Scales = Scales[..Scales.LastIndexOf(' ')] };
        if (Flips != Flips.None)
            yield return this with { Flips = Flips & (Flips - 1) };
        if (Divisor > 1)
            yield return this with { Divisor = Divisor - 1 };
        if (Labels)
            yield return this with { Labels = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Test-time augmentation against its definition, view by view.</summary>
public sealed class TestTimeAugmentationSpec : Spec<Op, ViewsCase>
{
    private static readonly Func<Tensor, Tensor> asItIs = z => z;

    /// <inheritdoc/>
    public override Op Op => Refine.TestTimeAugmentation;

    /// <inheritdoc/>
    public override Op Oracle => (model, images, scales, flips, divisor, activation) =>
    {
        var (h, w) = (images.size(2), images.size(3));
        var views =
            from scale in scales
            from across in Asked(flips.HasFlag(Flips.Horizontal))
            from down in Asked(flips.HasFlag(Flips.Vertical))
            let view = Turned(Spatial.Resize(images, Sized(h, scale), Sized(w, scale)), across, down)
            let logits = model(view)
            let p = activation is null ? (logits - logits.logsumexp(1, keepdim: true)).exp() : activation(logits)
            select Spatial.Resize(Turned(p, across, down), h, w);
        return stack([.. views]).mean([0]);

        static IEnumerable<bool> Asked(bool too) => too ? [false, true] : [false];

        long Sized(long side, double scale)
        {
            var times = side * scale / divisor;
            return divisor * Math.Max(1, times - Math.Floor(times) >= 0.5 ? (long)times + 1 : (long)times);
        }

        static Tensor Turned(Tensor x, bool across, bool down)
        {
            if (across)
                x = x.index_select(3, arange(x.size(3) - 1, -1, -1));
            return down ? x.index_select(2, arange(x.size(2) - 1, -1, -1)) : x;
        }
    };

    /// <inheritdoc/>
    public override Gen<ViewsCase> Cases =>
        from b in Gen.Choose(1, 3)
        from c in Gen.Choose(1, 3)
        from k in Gen.Choose(2, 4)
        from h in Gen.Choose(1, 6)
        from w in Gen.Choose(1, 7)
        from scales in Gen.Elements("1", "0.5", "1.5", "0.75 1 1.25", "1 2", "2 0.6 1")
        from flips in Gen.Elements(Flips.None, Flips.Horizontal, Flips.Vertical, Flips.Both)
        from divisor in Gen.Elements(1, 1, 2, 4)
        from coarse in Gen.Elements(false, true)
        from labels in Gen.Elements(false, false, true)
        from scale in Gen.Elements(0.0, 1.0, 10.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ViewsCase
        {
            B = b,
            C = c,
            K = k,
            H = h,
            W = w,
            Scales = scales,
            Flips = flips,
            Divisor = divisor,
            Coarse = coarse,
            Labels = labels,
            Scale = scale,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                    // the network of the cases adds up 27 products in it

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(30 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ViewsCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(@case.Model(arguments[1]), arguments[0], @case.Factors, @case.Flips, @case.Divisor, @case.Activation)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        new("no model", "model", () => [ones(1, 3, 4, 4)], (op, x) => op(null!, x[0], null, Flips.None, 1, null)),
        new("null for images", "images", () => [], (op, _) => op(asItIs, null!, null, Flips.None, 1, null)),
        new("integer images", "images", () => [ones([1, 3, 4, 4], ScalarType.Int64)], (op, x) => op(asItIs, x[0], null, Flips.None, 1, null)),
        new("an image without a batch", "images", () => [ones(3, 4, 4)], (op, x) => op(asItIs, x[0], null, Flips.None, 1, null)),
        new("images without pixels", "images", () => [ones(1, 3, 0, 4)], (op, x) => op(asItIs, x[0], null, Flips.None, 1, null)),
        new("no scales", "scales", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], [], Flips.None, 1, null)),
        new("a scale of 0", "scales", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], [1, 0], Flips.None, 1, null)),
        new("an endless scale", "scales", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], [double.PositiveInfinity], Flips.None, 1, null)),
        new("a mirror that there is not", "flips", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], null, (Flips)4, 1, null)),
        new("divisor 0", "divisor", () => [ones(1, 3, 4, 4)], (op, x) => op(asItIs, x[0], null, Flips.None, 0, null)),
        new("a model that answers per image", "model", () => [ones(1, 3, 4, 4)], (op, x) => op(z => z.mean([2, 3]), x[0], null, Flips.None, 1, null)),
        new("a model that answers with labels", "model", () => [ones(1, 3, 4, 4)], (op, x) => op(z => z.to(ScalarType.Int64), x[0], null, Flips.None, 1, null)),
        new("a model that drops the batch", "model", () => [ones(2, 3, 4, 4)], (op, x) => op(z => z.narrow(0, 0, 1), x[0], null, Flips.None, 1, null)),
        new("a model that answers nothing", "model", () => [ones(2, 3, 4, 4)], (op, x) => op(_ => null!, x[0], null, Flips.None, 1, null)),
        new("an activation that takes the best class", "activation", () => [ones(2, 3, 4, 4)], (op, x) => op(asItIs, x[0], null, Flips.None, 1, z => z.argmax(1))),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ViewsCase>> OwnLaws =>
    [
        Own("an equivariant model gains nothing", "A model that looks at each pixel by itself says of mirrored pictures what it says of the picture, and is asked in vain; of a picture of one colour at any size.", (op, c) =>
        {
            var (images, weights) = (c.Draw()[0].Value, c.Draw()[1].Value);
            var model = RefineCase.Local(weights);
            var plain = images[TensorIndex.Ellipsis, ..1, ..1].expand_as(images);
            return Comparison.Same("mean over mirrors", op(model, images, [1], Flips.Both, 1, null), model(images).softmax(1), Tolerance)
                .Then(() => Comparison.Same("mean over views", op(model, plain, c.Factors, c.Flips, c.Divisor, null), model(plain).softmax(1), Tolerance));
        }),
        Own("mirrors come back where they were", "A model that gives back its picture gives it back in every mirror.", (op, c) =>
        {
            var images = c.Draw()[0].Value;
            return Comparison.Same("picture", op(asItIs, images, [1], c.Flips, 1, asItIs), images, Tolerance.Times(1 + c.Scale));
        }),
        Own("a model that does not know left from right need not be asked twice", "With a kernel that is its own mirror image, mirroring changes nothing, at any scale.", (op, c) =>
        {
            var (images, weights) = (c.Draw()[0].Value, c.Draw()[1].Value);
            var model = (c with { Coarse = false }).Model((weights + weights.flip(3)) / 2);
            return Comparison.Same(
                "mean with mirrors", op(model, images, c.Factors, Flips.Horizontal, c.Divisor, c.Activation),
                op(model, images, c.Factors, Flips.None, c.Divisor, c.Activation), Tolerance.Times(1 + c.Scale));
        }),
        Own("probabilities sum to 1", "Over the classes, at every pixel, and none is below 0.", (op, c) =>
        {
            var p = op(c.Model(c.Draw()[1].Value), c.Draw()[0].Value, c.Factors, c.Flips, c.Divisor, null);
            return Comparison.Same("sum", p.sum(1), ones_like(p.sum(1)), Tolerance)
                .Then(() => Verdict.Require(!(p < 0).any().ToBoolean(), "A probability is below 0."));
        }),
        Own("it is the mean of probabilities, in any order", "The answer with two scales is the mean of the answers with each; a mean of logits would be another one.", (op, c) =>
        {
            var (images, model) = (c.Draw()[0].Value, c.Model(c.Draw()[1].Value));
            Tensor At(params double[] scales) => op(model, images, scales, c.Flips, c.Divisor, null);
            return Comparison.Same("answer", At(1, 2), (At(1) + At(2)) / 2, Tolerance)
                .Then(() => Comparison.Same("answer in another order", At(2, 0.5, 1), At(1, 2, 0.5), Tolerance))
                .Then(() => Comparison.Same("answer with a scale twice", At(2, 1, 1), (At(2) + 2 * At(1)) / 3, Tolerance));
        }),
        Own("views have the sides that were asked for", "Every side is a multiple of the divisor, the nearest to the side times the scale; there are as many views as scales times mirrors.", (op, c) =>
        {
            var shapes = new List<long[]>();
            op(RefineCase.Noting(c.Model(c.Draw()[1].Value), shapes), c.Draw()[0].Value, c.Factors, c.Flips, c.Divisor, null);
            var mirrors = c.Flips switch { Flips.None => 1, Flips.Both => 4, _ => 2 };
            return Verdict.Require(shapes.Count == c.Factors.Length * mirrors, $"There are {shapes.Count} views.")
                .Then(() => Verdict.Require(
                    shapes.All(s => s[2] % c.Divisor == 0 && s[3] % c.Divisor == 0), "A side is no multiple of the divisor."))
                .Then(() => Verdict.Require(
                    shapes.Zip(c.Factors.SelectMany(f => Enumerable.Repeat(f, mirrors)))
                        .All(p => Near(p.First[2], c.H * p.Second) && Near(p.First[3], c.W * p.Second)), "A view has another size."));

            bool Near(long side, double wanted) => Math.Abs(side - Math.Max(wanted, c.Divisor)) <= c.Divisor / 2.0;
        }),
        Own("nothing is kept for a gradient", "Even of pictures and weights that ask for one.", (op, c) =>
        {
            var p = op(c.Model(c.Draw()[1].Value.requires_grad_()), c.Draw()[0].Value.requires_grad_(), c.Factors, c.Flips, c.Divisor, c.Activation);
            return Verdict.Require(!p.requires_grad, "The result has a graph.");
        }),
    ];
}

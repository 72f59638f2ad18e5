using System.Globalization;
using Lab.Specs.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using static TorchSharp.torch;

namespace Lab.Specs.Models;

/// <summary>What the specs of models share that read images and put out logits of the same size.</summary>
/// <typeparam name="TModel">The model.</typeparam>
/// <typeparam name="TCase">Its sizes.</typeparam>
public abstract class ImageModelSpec<TModel, TCase> : ModuleSpec<TModel, TCase>
    where TModel : nn.Module<Tensor, Tensor>
    where TCase : ImageCase
{
    /// <summary>The shortest side that a model of usual size reads.</summary>
    protected abstract long Least { get; }

    /// <summary>Rounding in the first of many layers shows in the last.</summary>
    public override bool TakesHalfPrecision => false;

    /// <summary>Sums over many layers: rounding relative to what was summed, not to what came out.</summary>
    public override Tolerance Tolerance => new(1e-8, 1e-8);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(1000 * magnitude);

    /// <inheritdoc/>
    public override bool SmoothAt(TCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;                                          // a round number may be at a kink
    }

    /// <summary>Logits at the images' size.</summary>
    protected virtual Tensor Apply(TModel model, Tensor images)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.call(images);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(TModel module, TCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0])];
    }

    /// <summary>What every model of images refuses.</summary>
    public override IEnumerable<BadInput<ModuleOp<TCase>>> BadInputs =>
    [
        Images("integer images", () => ones(2, 2, Least, Least, dtype: ScalarType.Int64)),
        Images("an image without a batch", () => ones(2, Least, Least)),
        Images("images of other channels", () => ones(2, 3, Least, Least)),
        Images("images that are too low", () => ones(2, 2, Least - 1, Least)),
        Images("images that are too narrow", () => ones(2, 2, Least, Least - 1)),
        Images("images of another dtype", () => ones(2, 2, Least, Least, dtype: ScalarType.Float64)),
        Images("images on another device", () => ones([2, 2, Least, Least], device: META)),
        Given("null for images", "images", () => [], (model, _) => model.call(null!)),
    ];

    /// <summary>Laws of every such model.</summary>
    protected override IEnumerable<Law<ModuleOp<TCase>, TCase>> ModelLaws =>
    [
        Own("every legal size comes out as it went in", "From the least side on, in both directions by itself, logits have the image's height and width, in training too.", (_, _) =>
        {
            using var model = Make(Usual);
            var verdict = Verdict.Holds;
            foreach (var (h, w) in new[] { (0, 0), (1, 0), (0, 3), (5, 2), (2 * Least + 3, 7) })
            {
                model.train(h % 2 == 1);
                var (height, width) = (Least + h, Least + w);
                var shape = Apply(model, rand(2, Usual.C, height, width)).shape;
                verdict = verdict.Then(() => Verdict.Require(
                    shape.AsSpan().SequenceEqual([2, Usual.K, height, width]),
                    $"{height}x{width} gives [{string.Join(", ", shape)}]."));
            }
            return verdict;
        }) with { Cases = 1 },
    ];

    /// <summary>How many numbers a model of full size learns.</summary>
    protected static Law<ModuleOp<TCase>, TCase> Counted(string name, long count, Func<TModel> make) => Counts(name, count, () =>
    {
        using var model = make();
        return model.parameters().Where(p => p.requires_grad).Sum(p => p.numel());
    });

    /// <summary>The same without making it: from the shapes that the first law of modules compares with a module's.</summary>
    private protected static Law<ModuleOp<TCase>, TCase> Counted(string name, long count, Layout layout) =>
        Counts(name, count, () => layout.Count);

    private static Law<ModuleOp<TCase>, TCase> Counts(string name, long count, Func<long> learn)
    {
        var wanted = count.ToString("N0", CultureInfo.InvariantCulture);
        var law = Own(name, $"At the default sizes {wanted} numbers learn.", (_, _) =>
        {
            var got = learn();
            return Verdict.Require(got == count, $"There are {got.ToString("N0", CultureInfo.InvariantCulture)}, expected {wanted}.");
        });
        return law with { Cases = 1 };
    }

    private BadInput<ModuleOp<TCase>> Images(string description, Func<Tensor> images) =>
        Given(description, "images", () => [images()], (model, x) => model.call(x[0]));
}

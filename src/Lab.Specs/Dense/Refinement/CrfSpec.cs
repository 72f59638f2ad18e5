using Lab.Core.Dense;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Dense.Refinement;

/// <summary>What the specs of ops on a dense CRF share.</summary>
public abstract class CrfSpec<TOp> : Spec<TOp, CrfCase>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9);

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                    // sums over all pixels, several times over

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(30 * magnitude);

    /// <summary>Calls a version of the op with logits, kernels and costs.</summary>
    protected abstract Tensor Use(TOp op, Tensor logits, IReadOnlyList<PixelKernel> kernels, Tensor compatibility);

    /// <summary>Whether kernels of images are within the op's reach.</summary>
    private static IReadOnlyList<PixelKernel> Near => [PixelKernel.Smoothness(1)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<TOp>> BadInputs =>
    [
        Bad("null for logits", "logits", x => (null!, Near, x), () => ones(1, 2, 2)),
        Bad("integer logits", "logits", x => (ones([1, 2, 2, 3], ScalarType.Int64), Near, x), () => ones(1, 2, 2)),
        Bad("logits without a batch", "logits", x => (ones(2, 2, 3), Near, x), () => ones(1, 2, 2)),
        Bad("no kernels", "kernels", x => (ones(1, 2, 2, 3), [], x), () => ones(1, 2, 2)),
        Bad("null for kernels", "kernels", x => (ones(1, 2, 2, 3), null!, x), () => ones(1, 2, 2)),
        Bad("null as a kernel", "kernels", x => (ones(1, 2, 2, 3), [null!], x), () => ones(1, 2, 2)),
        Bad("images of other pixels", "images", x => (ones(1, 2, 2, 3), [PixelKernel.Appearance(ones(1, 3, 3, 2), 1, 1)], x), () => ones(1, 2, 2)),
        Bad("images of another batch", "images", x => (ones(1, 2, 2, 3), [PixelKernel.Appearance(ones(2, 3, 2, 3), 1, 1)], x), () => ones(1, 2, 2)),
        Bad("images of another dtype", "images", x => (ones(1, 2, 2, 3), [PixelKernel.Appearance(ones([1, 3, 2, 3], ScalarType.Float64), 1, 1)], x), () => ones(1, 2, 2)),
        Bad("features of other pixels", "features", x => (ones(1, 2, 2, 3), [PixelKernel.Over(ones(1, 3, 2, 4))], x), () => ones(1, 2, 2)),
        Bad("integer images", "images", x => (ones(1, 2, 2, 3), [PixelKernel.Appearance(ones([1, 3, 2, 3], ScalarType.Int64), 1, 1)], x), () => ones(1, 2, 2)),
        Bad("a spread of 0", "spread", x => (ones(1, 2, 2, 3), [PixelKernel.Smoothness(0)], x), () => ones(1, 2, 2)),
        Bad("a negative spread of appearance", "spread", x => (ones(1, 2, 2, 3), [PixelKernel.Appearance(ones(1, 3, 2, 3), -1, 1)], x), () => ones(1, 2, 2)),
        Bad("a spread of colours of 0", "colourSpread", x => (ones(1, 2, 2, 3), [PixelKernel.Appearance(ones(1, 3, 2, 3), 1, 0)], x), () => ones(1, 2, 2)),
        Bad("integer features", "features", x => (ones(1, 2, 2, 3), [PixelKernel.Over(ones([1, 3, 2, 3], ScalarType.Int64))], x), () => ones(1, 2, 2)),
        Bad("null for compatibility", "compatibility", x => (x, Near, null!), () => ones(1, 2, 2, 3)),
        Bad("costs of other labels", "compatibility", x => (ones(1, 2, 2, 3), Near, x), () => ones(1, 3, 3)),
        Bad("costs of other kernels", "compatibility", x => (ones(1, 2, 2, 3), Near, x), () => ones(2, 2, 2)),
        Bad("costs of another dtype", "compatibility", x => (ones(1, 2, 2, 3), Near, x), () => ones([1, 2, 2], ScalarType.Float64)),
        Bad("costs on another device", "compatibility", x => (ones(1, 2, 2, 3), Near, x), () => ones([1, 2, 2], device: META)),
    ];

    private BadInput<TOp> Bad(
        string description, string parameter, Func<Tensor, (Tensor Logits, IReadOnlyList<PixelKernel> Kernels, Tensor Costs)> given, Func<Tensor> drawn) =>
        new(description, parameter, () => [drawn()], (op, x) =>
        {
            using var scope = NewDisposeScope();
            var (logits, kernels, costs) = given(x[0]);
            Use(op, logits, kernels, costs);
        });
}

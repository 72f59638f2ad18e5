using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, double, long, Lab.Core.Losses.RegionClasses, Lab.Core.Losses.RegionScope, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Losses;

/// <summary>A loss of overlap with smoothing as its one option: Dice and Jaccard, each against its sums and slopes in plain doubles.</summary>
public abstract class OverlapSpec : RegionSpec<Op>
{
    /// <inheritdoc/>
    public sealed override Op Oracle => (logits, targets, smoothing, ignoreIndex, classes, scope) => MapOracle.Softmax(
        logits, targets, ignoreIndex, scope, MapOracle.MeanOfClasses(classes, (p, y, slopes) => Value(p, y, slopes, smoothing)));

    /// <inheritdoc/>
    public sealed override Gen<RegionCase> Cases =>
        from c in RegionCase.Any
        from smoothing in Gen.Elements(0.0, 0.0, 1.0, 1e-6)
        select (c with { Smoothing = smoothing }).Smoothed();

    /// <inheritdoc/>
    public sealed override IEnumerable<BadInput<Op>> BadInputs =>
        Refused((op, z, y, s, classes, scope) => op(z, y, s, Loss.DefaultIgnoreIndex, classes, scope));

    /// <inheritdoc/>
    public sealed override Tensor[] Call(Op op, RegionCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(arguments[0], arguments[1], @case.Smoothing, @case.IgnoreIndex, @case.Classes, @case.Scope)];
    }

    /// <summary>The loss of one class, from its probability in each pixel and where it is; writes its slope in each probability.</summary>
    protected abstract double Value(double[] p, bool[] y, double[] slopes, double smoothing);
}

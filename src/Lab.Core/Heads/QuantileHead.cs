using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Heads;

/// <summary>The head of a regression that answers with quantiles, which cannot cross.</summary>
/// <remarks>
/// <para>Formula: <c>z = W·x + b</c>, and <c>q = Ascending(z)</c>: the lowest quantile as it is, and a step upwards of
/// <c>softplus(z[k])</c> to each next one. Heads that learn each level for itself say now and then that nine of ten
/// houses cost less than eight of ten do.</para>
/// <para>The output goes with <see cref="Levels"/> to <see cref="Losses.Loss.Quantiles"/>.</para>
/// <para>State: <c>project.weight</c> <c>[Q, D]</c>, <c>project.bias</c> <c>[Q]</c>, and the buffer <c>levels</c> <c>[Q]</c>, which
/// is saved, loaded and moved with the head and does not learn: D·Q + Q numbers learn.</para>
/// </remarks>
public sealed class QuantileHead : Module<Tensor, Tensor>
{
    private readonly Linear project;
    private readonly Tensor levels;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">Width of the features D, positive.</param>
    /// <param name="levels">τ in <c>(0, 1)</c>, rising: 0.1, 0.5, 0.9 for a median and a range that holds eight of ten.</param>
    /// <exception cref="ArgumentException">A width that is not positive, no level, or levels outside or out of order.</exception>
    public QuantileHead(long width, IReadOnlyList<double> levels) : base(nameof(QuantileHead))
    {
        Require.Positive(width);
        ArgumentNullException.ThrowIfNull(levels);
        if (levels.Count == 0)
            throw new ArgumentException("levels must hold at least one level, got none.", nameof(levels));
        for (var i = 0; i < levels.Count; i++)
        {
            if (levels[i] is not (> 0 and < 1))
                throw new ArgumentException($"levels must lie in (0, 1), got {levels[i]}.", nameof(levels));
            if (i > 0 && levels[i] <= levels[i - 1])
                throw new ArgumentException($"levels must rise, got {levels[i - 1]} before {levels[i]}.", nameof(levels));
        }

        project = Linear(width, levels.Count);
        this.levels = tensor([.. levels], dtype: project.weight!.dtype).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>τ, <c>[Q]</c>: the head's own buffer, on its device and in its dtype.</summary>
    public Tensor Levels => levels;

    /// <summary>Maps features to quantiles.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <returns>In the targets' unit, one per level and never falling, <c>[..., Q]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        HeadShapes.RequireFeatures(features, project);

        using var scope = NewDisposeScope();
        return Activation.Ascending(project.call(features)).MoveToOuterDisposeScope();
    }
}

using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Energies;

/// <summary>Inference with labels that are allowed to be soft: distributions in place of choices.</summary>
public static class Relaxation
{
    /// <summary>Goes down an energy over soft labels, step by step; every step can be differentiated, so that it can be trained.</summary>
    /// <remarks>
    /// <para>Formula: with <c>y_s = softmax(z_s)</c> along the last dimension and free energy <c>E(y) - τ·H(y)</c>, H the entropy in nats:
    /// <c>z_{s+1} = (1 - η_s·τ)·z_s - η_s·∇E(y_s)</c>. In terms of the labels each one is multiplied by <c>exp(-η·gradient)</c> and
    /// normalised: mirror descent with the entropy for a mirror, or exponentiated gradient. Labels stay distributions without a projection.</para>
    /// <para>With η = τ = 1 the start is forgotten at once, <c>z = -∇E(y)</c>: one round of mean field, all places at the same time. For
    /// <c>E(y) = -⟨b, y⟩</c> that gives <c>softmax(b)</c> in one step. Where E is not convex in y, the end depends on the start.</para>
    /// <para>Gradient: through all steps, into the logits, the rates and whatever the energy was computed with (end-to-end learning). That
    /// needs the energy's second derivatives: an energy of ReLUs has none, one of softplus has. Where no gradient is recorded (<c>no_grad</c>),
    /// the energy is still differentiated in y, and each step is forgotten.</para>
    /// <para>Numerics: no step ever takes a logarithm of a label. The result is logits; a loss should read those, not their softmax.</para>
    /// <para>Oracle: an energy whose gradient is written by hand. Source: Beck and Teboulle 2003; Belanger, Yang and McCallum 2017 (SPENs,
    /// end to end); Kivinen and Warmuth 1997 (exponentiated gradient).</para>
    /// </remarks>
    /// <param name="energy">Maps labels <c>[B, ..., K]</c> to one energy an example, <c>[B]</c>, by differentiable operations.</param>
    /// <param name="logits">Where to start, <c>[B, ..., K]</c>, K at least 1, finite, floating point: zeros are even distributions.</param>
    /// <param name="rates">η of each step, <c>[S]</c>, S at least 1, of the same dtype and device; usually in (0, 1/τ].</param>
    /// <param name="temperature">τ, not negative: how much the entropy counts. With 0 labels sharpen for ever, towards a corner.</param>
    /// <returns>Logits after each step, <c>[S, B, ..., K]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, a temperature that is negative or not finite, or
    /// an energy that gives something else than one number an example.</exception>
    public static Tensor MirrorDescent(Func<Tensor, Tensor> energy, Tensor logits, Tensor rates, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(energy);
        Require.FloatingPoint(logits);
        if (logits.shape is not [_, .., > 0])
            throw Require.BadShape(logits, "[B, ..., K] with K >= 1");
        Require.FloatingPoint(rates);
        if (rates.shape is not [> 0])
            throw Require.BadShape(rates, "[S] with S >= 1");
        Require.SameDtype(rates, logits);
        Require.SameDevice(rates, logits);
        Require.NotNegative(temperature);

        using var scope = NewDisposeScope();
        var trace = new List<Tensor>();
        var z = logits;
        foreach (var rate in rates.unbind())
        {
            using var step = NewDisposeScope();
            var down = z - rate * (temperature * z + Gradient(energy, z));
            trace.Add(z = down.MoveToOuterDisposeScope());
        }
        return stack(trace.ToArray()).MoveToOuterDisposeScope();
    }

    /// <summary>∇E at the softmax of the logits: part of the caller's graph where one is recorded, a constant where none is.</summary>
    private static Tensor Gradient(Func<Tensor, Tensor> energy, Tensor logits)
    {
        var recorded = is_grad_enabled();
        using var grad = enable_grad();
        var labels = recorded ? Activation.Softmax(logits, -1) : Activation.Softmax(logits.detach(), -1);
        if (!labels.requires_grad)
            labels.requires_grad_();
        var energies = energy(labels);
        if (energies is null || energies.shape is not [var count] || count != labels.size(0))
        {
            throw new ArgumentException(
                $"{nameof(energy)} must give one number an example, [{labels.size(0)}], got {(energies is null ? "null" : $"[{string.Join(", ", energies.shape)}]")}.",
                nameof(energy));
        }
        // An energy that does not depend on the labels has gradient 0; autograd would end the process over it.
        var total = energies.sum() + 0 * labels.sum();
        return autograd.grad([total], [labels], retain_graph: recorded, create_graph: recorded)[0];
    }
}

using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>True objects with noise, as queries that know what they should answer.</summary>
/// <param name="Labels">Classes, some of them wrong, <c>[B, P]</c>, int64; P is the number of groups times M, an object's copies side by side.</param>
/// <param name="Boxes">Moved and stretched boxes, <c>[B, P, 4]</c>.</param>
/// <param name="Targets">The true objects, each once per group: query p is to answer target p.</param>
/// <param name="Mask">Who may see whom, noised queries first and the Q learned ones behind: <c>[B, P + Q, P + Q]</c>, true = may be seen.</param>
public sealed record DenoisingQueries(Tensor Labels, Tensor Boxes, SetTargets Targets, Tensor Mask);

/// <summary>Learning to repair boxes, beside learning to find them.</summary>
public static class Denoising
{
    /// <summary>Makes queries of true objects: the decoder learns what boxes are, without waiting for a matching to settle.</summary>
    /// <remarks>
    /// <para>Rule: each object comes once in every group. Its centre moves by less than <c>boxNoise·side/2</c> in each direction, its sides grow or shrink
    /// by a factor between <c>1 - boxNoise</c> and <c>1 + boxNoise</c>; its label becomes a random one with the chance
    /// <paramref name="labelNoise"/>.</para>
    /// <para>Mask: a noised query sees its own group and the learned queries; learned queries see no noised one, which would give the answer away. Padding
    /// is seen by nobody but itself. No matching is needed: give the answers to <see cref="SetCriterion.OfMatch"/> with the places 0 to P - 1.</para>
    /// <para>Gradient: none. Numerics: boxes are clamped to [0, 1]. Oracle: the rule, number by number. Source: Li et al. 2022 (DN-DETR).</para>
    /// </remarks>
    /// <param name="targets">What there is, <c>[B, M]</c>, with labels of <paramref name="classes"/>.</param>
    /// <param name="classes">K, 1 or more.</param>
    /// <param name="queries">Q, how many learned queries the decoder has, 0 or more.</param>
    /// <param name="generator">Draws the noise; a CPU generator.</param>
    /// <param name="groups">How many copies, 1 or more.</param>
    /// <param name="labelNoise">The chance of a random label, in [0, 1].</param>
    /// <param name="boxNoise">How far boxes may be off, in shares of their sides, in [0, 1).</param>
    /// <returns>Queries, targets and mask, on the device of the targets.</returns>
    /// <exception cref="ArgumentException">A number other than those above.</exception>
    public static DenoisingQueries NoisedQueries(
        SetTargets targets, long classes, long queries, Generator generator, int groups = 3, double labelNoise = 0.2, double boxNoise = 0.4)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (labelNoise is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(labelNoise), labelNoise, "Must be in [0, 1].");
        Require.Fraction(boxNoise);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var device = targets.Labels.device;
        var valid = targets.Valid().repeat_interleave(groups, 1);                                  // [B, P]
        var repeated = new SetTargets(
            targets.Labels.repeat_interleave(groups, 1).masked_fill(valid.logical_not(), 0),
            targets.Boxes.repeat_interleave(groups, 1).masked_fill(valid.logical_not().unsqueeze(2), 0), targets.Counts * groups);
        var (B, P) = (valid.size(0), valid.size(1));

        var flips = Uniform([B, P]) < labelNoise;
        var labels = where(flips, (Uniform([B, P]) * classes).floor().clamp(max: classes - 1).to(ScalarType.Int64), repeated.Labels);
        var (centre, sides) = (repeated.Boxes.narrow(2, 0, 2), repeated.Boxes.narrow(2, 2, 2));
        centre = centre + (2 * Uniform([B, P, 2]) - 1).to(centre.dtype) * boxNoise * sides / 2;
        sides = sides * (1 + (2 * Uniform([B, P, 2]) - 1).to(centre.dtype) * boxNoise);
        var boxes = cat([centre, sides], 2).clamp(0, 1);

        var place = arange(P + queries, ScalarType.Int64, device);
        var noised = place < P;
        var group = where(noised, place.remainder(groups), -1);
        var learned = noised.logical_not();
        var sees = learned.unsqueeze(0).logical_or(noised.unsqueeze(1).logical_and(group.unsqueeze(1) == group.unsqueeze(0)));
        var there = cat([valid, ones([B, queries], ScalarType.Bool, device)], 1).unsqueeze(1);     // as a key
        var mask = sees.unsqueeze(0).logical_and(there).logical_or(eye(P + queries, dtype: ScalarType.Bool, device: device));

        return new(
            labels.MoveToOuterDisposeScope(), boxes.MoveToOuterDisposeScope(),
            new(repeated.Labels.MoveToOuterDisposeScope(), repeated.Boxes.MoveToOuterDisposeScope(), repeated.Counts.MoveToOuterDisposeScope()),
            mask.MoveToOuterDisposeScope());

        Tensor Uniform(long[] shape) => rand(shape, ScalarType.Float64, generator: generator).to(device);
    }
}

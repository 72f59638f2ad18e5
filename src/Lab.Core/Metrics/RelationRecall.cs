using Lab.Core.Graphs;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

public static partial class Metric
{
    /// <summary>Recall@k of a scene graph: the share of the relations that hold which are among the k that are put out first.</summary>
    /// <remarks>
    /// <para>Formula: all (subject, object, relation) of valid pairs are ranked by score, the highest first and of equal ones the first; of those
    /// that hold, the share with a rank up to k. What is annotated is never all that holds, so precision would punish what is right: recall is
    /// what the field reports.</para>
    /// <para>Gradient: none. NaN where no relation holds. Scores that are NaN are refused on the CPU. Oracle: sorting a list of triples. Source: Lu
    /// et al. 2016.</para>
    /// </remarks>
    /// <param name="scores"><c>[B, N, N, R]</c>, floating point; row i is the subject.</param>
    /// <param name="relations">True where a relation holds, of the same shape, boolean. Places without a pair are not looked at.</param>
    /// <param name="k">How many are put out, at least 1.</param>
    /// <param name="mask">True where there is an object, <c>[B, N]</c>, boolean; null means everywhere.</param>
    /// <returns>Per image, <c>[B]</c>, float64, in [0, 1].</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, a k below 1, or (on the CPU) a score that is no
    /// number.</exception>
    public static Tensor RelationRecall(Tensor scores, Tensor relations, long k, Tensor? mask = null)
    {
        GraphShapes.EdgeLogits(scores);
        Require.Mask(relations);
        Require.Shape(relations, scores.shape);
        Require.SameDevice(relations, scores);
        if (k < 1)
            throw new ArgumentOutOfRangeException(nameof(k), k, "Must be at least 1.");
        GraphShapes.Mask(mask, scores);

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var pairs = GraphShapes.Pairs(scores.size(1), mask, scores.device).unsqueeze(3).expand(scores.shape).flatten(1);
        if (scores.device_type == DeviceType.CPU && scores.flatten(1).isnan().logical_and(pairs).any().ToBoolean())
            throw new ArgumentException("scores must be numbers, got NaN.", nameof(scores));
        var hold = relations.flatten(1).logical_and(pairs);
        var (_, byScore) = scores.flatten(1).sort(1, descending: true, stable: true);
        var first = pairs.gather(1, byScore).to(ScalarType.Int8).sort(1, descending: true, stable: true).Indices;   // pairs before the rest
        var ranked = byScore.gather(1, first);
        var shown = ranked.narrow(1, 0, Math.Min(k, ranked.size(1)));
        var found = hold.gather(1, shown).sum(1, type: ScalarType.Float64);
        return (found / hold.sum(1, type: ScalarType.Float64)).MoveToOuterDisposeScope();
    }
}

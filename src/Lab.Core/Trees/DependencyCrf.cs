using Lab.Core.Activations;
using Lab.Core.Kernels;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>A distribution over all dependency trees of a sentence: each word hangs on another, or on the root.</summary>
/// <remarks>
/// <para>The score of a tree is the sum of <c>arcs[b, head, word]</c> over its arcs. Positions count from 1; 0 is the root, so there are
/// T + 1. Column 0 and the diagonal are never read: the root hangs on nothing, and no word on itself.</para>
/// <para>Heads are <c>[B, T]</c>, int64: for each word the position of its head. What stands behind a row's length is not looked
/// at. A row of length 0 has one tree, the empty one, of score 0.</para>
/// <para><b>Single root</b>: exactly one word hangs on the root, as treebanks have it. <b>Projective</b>: no arcs cross. There is
/// an algorithm for each: matrix-tree and maximum spanning tree where arcs may cross, Eisner's chart
/// where not.</para>
/// <para>A score of -∞ forbids; gradients stay finite. Where everything is forbidden, log Z is -∞. float16 and bfloat16 are
/// computed in float32.</para>
/// <para>Source: McDonald et al. 2005; Koo et al. 2007; Smith and Smith 2007; Eisner 1996.</para>
/// </remarks>
public static partial class DependencyCrf
{
    /// <summary>What stands in heads where no word is, or where there is no tree.</summary>
    public const long NoHead = -1;

    /// <summary>log Z, the logarithm of the sum of exp(score) over all dependency trees.</summary>
    /// <remarks>
    /// <para>Formula: without the projective restriction, Tutte's matrix-tree theorem: <c>Z = det L</c> with
    /// <c>L[m, m] = Σ_h exp(arcs[h, m])</c>, the root among the heads, and <c>L[h, m] = -exp(arcs[h, m])</c> for words h other than m. Projective: Eisner's
    /// inside recursion over half-spans, T³ steps.</para>
    /// <para>Gradient: the probability of each arc, see <see cref="ArcMarginals"/>.</para>
    /// <para>Numerics: a determinant by LU subtracts, and where two words prefer each other by 40 nats the whole result cancels. Here a word is
    /// eliminated from the <i>graph</i>: its in-arcs are joined with its out-arcs, <c>w[h, m] += w[h, v]·w[v, m] / D(v)</c> with <c>D(v) = Σ_h w[h, v]</c>,
    /// which gives the same factors <c>Z = Π D(v)</c> by sums, products and quotients alone (Grassmann, Taksar and Heyman 1985). In
    /// logarithms it is right for scores of any size. With a single root its arcs are an ε, and of each sum the leading
    /// power is kept.</para>
    /// <para>Oracle: all trees, one by one; <c>linalg.slogdet</c> where scores are tame.</para>
    /// </remarks>
    /// <param name="arcs">Scores of arcs by head and word, <c>[B, T + 1, T + 1]</c>, T at least 1, floating point.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; none means T.</param>
    /// <param name="singleRoot">Whether exactly one word hangs on the root.</param>
    /// <param name="projective">Whether arcs must not cross.</param>
    /// <returns>Nats, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a length outside.</exception>
    public static Tensor HeadsLogPartition(
        Tensor arcs, Tensor? lengths = null, bool singleRoot = true, bool projective = false)
    {
        ArcShapes.Check(arcs, lengths);

        using var scope = NewDisposeScope();
        var logPartition = (projective ? null : ArcElimination.Of(arcs, lengths, singleRoot))       // one loop, where that serves
            ?? LogPartition(ArcLattice.Of(arcs, lengths), singleRoot, projective).to(arcs.dtype);
        return logPartition.MoveToOuterDisposeScope();
    }

    /// <summary>The score of given heads.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ arcs[heads[t], t]</c> over the words. Whether the heads make a tree is not asked.</para>
    /// <para>Oracle: a loop over the words.</para>
    /// </remarks>
    /// <param name="arcs">Scores of arcs by head and word, <c>[B, T + 1, T + 1]</c>, T at least 1, floating point.</param>
    /// <param name="heads">For each word the position of its head, <c>[B, T]</c>, int64.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; none means T.</param>
    /// <returns>Scores, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a length or a head outside, or
    /// a word that hangs on itself.</exception>
    public static Tensor HeadsScore(Tensor arcs, Tensor heads, Tensor? lengths = null)
    {
        ArcShapes.Check(arcs, lengths);
        ArcShapes.Heads(heads, arcs, lengths);

        using var scope = NewDisposeScope();
        return ScoreOf(ArcLattice.Of(arcs, lengths), heads).to(arcs.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>How surprising the right dependency tree is.</summary>
    /// <remarks>
    /// <para>Formula: <c>log Z - score</c>: <see cref="HeadsLogPartition"/> less <see cref="HeadsScore"/>; never negative.</para>
    /// <para>Gradient: the probability of each arc, less 1 for those of the right tree.</para>
    /// <para>Numerics: a tree that is forbidden costs +∞ and pushes nothing. An empty row costs 0.</para>
    /// <para>Oracle: all trees, one by one.</para>
    /// </remarks>
    /// <param name="arcs">Scores of arcs by head and word, <c>[B, T + 1, T + 1]</c>, T at least 1, floating point.</param>
    /// <param name="heads">For each word the position of its head, <c>[B, T]</c>, int64: a tree of the kind asked for.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; none means T.</param>
    /// <param name="singleRoot">Whether exactly one word hangs on the root.</param>
    /// <param name="projective">Whether arcs must not cross.</param>
    /// <returns>Nats, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a length or a head outside, or
    /// heads that make no tree of the kind.</exception>
    public static Tensor HeadsNegativeLogLikelihood(
        Tensor arcs, Tensor heads, Tensor? lengths = null, bool singleRoot = true, bool projective = false)
    {
        ArcShapes.Check(arcs, lengths);
        ArcShapes.Heads(heads, arcs, lengths, trees: true, singleRoot, projective);

        using var scope = NewDisposeScope();
        var lattice = ArcLattice.Of(arcs, lengths);
        var logPartition = HeadsLogPartition(arcs, lengths, singleRoot, projective).to(lattice.IntoWords.dtype);
        return Above(logPartition, ScoreOf(lattice, heads)).to(arcs.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>How surprising each word's right head is, by itself: the loss of head selection.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σₜ [log Σ_h exp(arcs[h, t]) - arcs[heads[t], t]]</c>, a softmax over the possible heads of each word. It does not ask
    /// for a tree: at the end, decode with <see cref="BestHeads"/>, for the best heads one by one may run in a circle.</para>
    /// <para>Gradient: each column's softmax, less 1 at the right head.</para>
    /// <para>Numerics: the largest term is taken out. A right head that is forbidden costs +∞ and its sentence pushes nothing.</para>
    /// <para>Library op: <c>cross_entropy</c> of each word. Source: Dozat and Manning 2017; Zhang, Cheng and Lapata 2017.</para>
    /// </remarks>
    /// <inheritdoc cref="HeadsScore" path="/param|/exception"/>
    /// <returns>Nats, summed over the words, <c>[B]</c>.</returns>
    public static Tensor HeadSelectionCrossEntropy(Tensor arcs, Tensor heads, Tensor? lengths = null)
    {
        ArcShapes.Check(arcs, lengths);
        ArcShapes.Heads(heads, arcs, lengths);

        using var scope = NewDisposeScope();
        var lattice = ArcLattice.Of(arcs, lengths);
        var each = Activation.LogSumExp(lattice.IntoWords, 1).masked_fill(lattice.Words.logical_not(), 0);        // [B, T]
        return Above(each.sum(1), ScoreOf(lattice, heads)).to(arcs.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The structured hinge loss of dependency trees.</summary>
    /// <remarks>
    /// <para>Formula: <c>max_y [score(y) + cost·errors(y)] - score(gold)</c>, where errors counts words with another head than gold's. The
    /// maximum is found by <see cref="BestHeads"/> with <c>cost</c> added to every arc that gold does not have.</para>
    /// <para>Gradient: 1 at each arc of the tree that violates most, -1 at each of the right one.</para>
    /// <para>Numerics: a right tree that is forbidden costs +∞ with gradient 0. An empty row costs 0.</para>
    /// <para>Oracle: all trees, one by one. Source: McDonald et al. 2005; Taskar et al. 2004.</para>
    /// </remarks>
    /// <param name="arcs">Scores of arcs by head and word, <c>[B, T + 1, T + 1]</c>, T at least 1, floating point.</param>
    /// <param name="heads">For each word the position of its head, <c>[B, T]</c>, int64: a tree of the kind asked for.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; none means T.</param>
    /// <param name="singleRoot">Whether exactly one word hangs on the root.</param>
    /// <param name="projective">Whether arcs must not cross.</param>
    /// <param name="cost">The margin asked for per wrong head, finite, not negative; 0 gives the structured perceptron.</param>
    /// <returns>In units of the scores, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, a negative cost, or (on the CPU) a length or
    /// a head outside, or heads that make no tree of the kind.</exception>
    public static Tensor HeadsHinge(
        Tensor arcs, Tensor heads, Tensor? lengths = null, bool singleRoot = true, bool projective = false, double cost = 1)
    {
        ArcShapes.Check(arcs, lengths);
        ArcShapes.Heads(heads, arcs, lengths, trees: true, singleRoot, projective);
        Require.NotNegative(cost);

        using var scope = NewDisposeScope();
        var lattice = ArcLattice.Of(arcs, lengths);
        var known = heads.masked_fill(lattice.Words.logical_not(), 0);
        var wrong = arange(lattice.Places, device: arcs.device).unsqueeze(1) != known.unsqueeze(1);                // [B, T + 1, T]
        var rival = lattice with { IntoWords = lattice.IntoWords + cost * wrong.to(lattice.IntoWords.dtype) };
        var violator = Best(rival, singleRoot, projective).Heads.clamp(min: 0);
        return Above(ScoreOf(rival, violator), ScoreOf(lattice, heads)).to(arcs.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The probability of each arc.</summary>
    /// <remarks>
    /// <para>Formula: the gradient of log Z. Without the projective restriction it is
    /// <c>exp(arcs[h, m])·(L⁻¹[m, m] - L⁻¹[m, h])</c>; with it, inside times outside. It is computed by backpropagation through
    /// <see cref="HeadsLogPartition"/>.</para>
    /// <para>Each word's probabilities sum to 1; with a single root those of the root's arcs do too.</para>
    /// <para>Numerics: what is forbidden has probability 0 and gradient 0; where every tree is, all are 0.</para>
    /// <para>Oracle: all trees, one by one.</para>
    /// </remarks>
    /// <inheritdoc cref="HeadsLogPartition" path="/param|/exception"/>
    /// <returns>Probabilities by head and word, <c>[B, T + 1, T + 1]</c>; 0 where no arc can be.</returns>
    public static Tensor ArcMarginals(
        Tensor arcs, Tensor? lengths = null, bool singleRoot = true, bool projective = false)
    {
        ArcShapes.Check(arcs, lengths);

        using var scope = NewDisposeScope();
        var again = is_grad_enabled();
        using var grad = enable_grad();
        var lattice = ArcLattice.Of(arcs.requires_grad ? arcs : arcs.detach().requires_grad_(), lengths);
        var total = LogPartition(lattice, singleRoot, projective).sum();
        var into = autograd.grad([total], [lattice.IntoWords], create_graph: again, retain_graph: again)[0];       // [B, T + 1, T]
        var column = zeros([lattice.Batch, lattice.Places, 1], into.dtype, into.device);
        return cat([column, into], 2).to(arcs.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor LogPartition(ArcLattice lattice, bool singleRoot, bool projective) => projective
        ? EisnerChart.Total(lattice, singleRoot, Summations.LogSum)
        : Elimination.LogPartition(lattice, singleRoot);

    private static Tensor ScoreOf(ArcLattice lattice, Tensor heads)
    {
        var known = heads.masked_fill(lattice.Words.logical_not(), 0);
        return lattice.IntoWords.gather(1, known.unsqueeze(1)).squeeze(1).masked_fill(lattice.Words.logical_not(), 0).sum(1);
    }

    /// <summary>How far the first is above the second; +∞ without a slope where the second is forbidden.</summary>
    private static Tensor Above(Tensor total, Tensor score)
    {
        var forbidden = score.isneginf();
        return total.masked_fill(forbidden, double.PositiveInfinity) - score.masked_fill(forbidden, 0);
    }
}

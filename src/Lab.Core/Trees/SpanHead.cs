using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Trees;

/// <summary>Scores every stretch of words as a constituent of every label: the head of a chart parser.</summary>
/// <remarks>
/// <para>Formula: between the words, before the first and after the last stand T + 1 <i>fenceposts</i>. A reader of both directions knows at
/// each what came before, <c>f</c>, and what comes after, <c>b</c>; the words from i to j are what changes between the posts i and
/// j + 1: <c>d = [f[j+1] - f[i], b[i] - b[j+1]]</c>. Then <c>scores[i, j, k] = (V·ReLU(W·d + c) + e)[k - 1]</c>, and <c>scores[i, j, 0] = 0</c>: label 0 says that the
/// words are no constituent, and adds nothing: a tree is worth the sum of its constituents, however it is made binary.</para>
/// <para>Of the features of a word the first half is read as <c>f</c> behind it and the second as <c>b</c> before it, which is how an LSTM of both
/// directions puts them out; at the ends, where nothing was read yet, both are 0, as the state of an LSTM is.</para>
/// <para>Losses: <see cref="TreeCrf.TreeNegativeLogLikelihood"/>, <see cref="TreeCrf.TreeHinge"/>; decoding: <see cref="TreeCrf.BestTree"/>; labels:
/// <see cref="SpanLabels"/>. All trees with the same constituents, whatever way they are binary, have the same score.</para>
/// <para>Numerics: <c>W·d</c> is computed as a difference of products, one a fencepost instead of one a span.</para>
/// <para>State: <c>between.weight</c> <c>[A, D]</c>, <c>between.bias</c>, <c>label.weight</c> <c>[K - 1, A]</c>, <c>label.bias</c>. Source: Stern, Andreas and
/// Klein 2017; Gaddy, Stern and Klein 2018; Kitaev and Klein 2018.</para>
/// </remarks>
public sealed class SpanHead : Module<Tensor, Tensor?, Tensor>
{
    private readonly Linear between;
    private readonly Linear label;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">D, the width of the features, even and positive.</param>
    /// <param name="hidden">A, the units of the hidden layer, positive.</param>
    /// <param name="labels">K, the labels, number 0 for "no constituent" among them, at least 2.</param>
    /// <exception cref="ArgumentException">A size other than those above.</exception>
    public SpanHead(long width, long hidden, long labels) : base(nameof(SpanHead))
    {
        Require.Positive(width);
        if (width % 2 != 0)
            throw new ArgumentOutOfRangeException(nameof(width), width, "Must be even: one half a direction.");
        Require.Positive(hidden);
        if (labels < 2)
            throw new ArgumentOutOfRangeException(nameof(labels), labels, "Must be at least 2: one label, and none.");
        between = Linear(width, hidden);
        label = Linear(hidden, labels - 1);
        RegisterComponents();
    }

    /// <summary>Scores of constituents by first word, last word and label.</summary>
    /// <param name="features">One vector a word, <c>[B, T, D]</c> with T at least 1, floating point.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; null means T. What stands behind them is not read.</param>
    /// <returns><c>[B, T, T, K]</c>; 0 where no span is.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a length outside.</exception>
    public override Tensor forward(Tensor features, Tensor? lengths)
    {
        var weight = between.weight!;
        Require.FloatingPoint(features);
        if (features.shape is not [var batch, > 0 and var words, var width] || width != weight.size(1))
            throw Require.BadShape(features, $"[B, T, {weight.size(1)}] with T >= 1");
        Require.SameDtype(features, weight, likeName: "the head");
        Require.SameDevice(features, weight, likeName: "the head");
        TreeShapes.Lengths(lengths, features, words);

        using var scope = NewDisposeScope();
        lengths ??= full([batch], words, ScalarType.Int64, features.device);
        var isSpan = TreeLattice.IsSpan(words, lengths);                  // [B, T, T]
        var behindTheEnd = isSpan.diagonal(0, 1, 2).logical_not().unsqueeze(2);
        var x = features.masked_fill(behindTheEnd, 0);
        var nothing = zeros([batch, 1, width / 2], features.dtype, features.device);
        var before = cat([nothing, x.narrow(2, 0, width / 2)], 1);        // f, [B, T + 1, D/2]
        var after = cat([x.narrow(2, width / 2, width / 2), nothing], 1); // b
        var posts = functional.linear(cat([before, -after], 2), weight);  // [B, T + 1, A]
        var change = posts.narrow(1, 1, words).unsqueeze(1) - posts.narrow(1, 0, words).unsqueeze(2);      // [B, T, T, A], by first and last word
        var scores = label.call(functional.relu(change + between.bias!)); // [B, T, T, K - 1]
        var none = zeros([batch, words, words, 1], features.dtype, features.device);
        return cat([none, scores.masked_fill(isSpan.logical_not().unsqueeze(3), 0)], 3).MoveToOuterDisposeScope();
    }
}

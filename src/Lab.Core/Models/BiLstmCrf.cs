using Lab.Core.Runtime;
using Lab.Core.Sequences;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>Reads a sentence in both directions, scores each word's tags, and lets a CRF choose them together.</summary>
/// <remarks>
/// <para>Words → embedding → dropout → bidirectional LSTM → dropout → linear → emissions <c>[B, T, K]</c> → <see cref="LinearChainCrf"/>.</para>
/// <para>The LSTM reads each sentence to its own end, not the padding after it: a sentence has the same loss and tags in any
/// batch. All widths are free; the LSTM puts out twice <c>hidden</c>, one half per direction.</para>
/// <para>State-dict keys: <c>embedding.weight</c> <c>[V, embed]</c>; the library's LSTM names, <c>lstm.weight_ih_l0</c>,
/// <c>lstm.weight_ih_l0_reverse</c> and so on; <c>emission.weight</c> <c>[K, 2·hidden]</c>, <c>emission.bias</c>; and
/// <c>crf.transitions</c>, <c>crf.start</c>, <c>crf.end</c>.</para>
/// <para>Source: Huang, Xu and Yu 2015; Lample et al. 2016.</para>
/// </remarks>
public sealed class BiLstmCrf : Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Embedding embedding;
    private readonly Dropout dropout;
    private readonly LSTM lstm;
    private readonly Linear emission;
    private readonly LinearChainCrf crf;

    /// <summary>Makes the model with the library's starting weights.</summary>
    /// <param name="words">V, how many numbers words have, padding and unknown among them.</param>
    /// <param name="tags">K.</param>
    /// <param name="embed">Width of the embedding.</param>
    /// <param name="hidden">Width of the LSTM in each direction.</param>
    /// <param name="layers">Layers of the LSTM.</param>
    /// <param name="dropout">The share of numbers that are dropped in training before and after the LSTM, in [0, 1).</param>
    /// <param name="constraints">What may begin, follow and end; of K labels. None allows all.</param>
    /// <exception cref="ArgumentException">A size below 1, a share outside, or constraints for another number of labels.</exception>
    public BiLstmCrf(
        long words, long tags, long embed = 100, long hidden = 128, long layers = 1, double dropout = 0.5,
        TagConstraints? constraints = null)
        : base(nameof(BiLstmCrf))
    {
        Require.Positive(words);
        Require.Positive(tags);
        Require.Positive(embed);
        Require.Positive(hidden);
        Require.Positive(layers);
        if (dropout is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "Must be in [0, 1).");

        crf = new LinearChainCrf(tags, constraints);                      // checks the constraints, before anything is made
        embedding = Embedding(words, embed);
        this.dropout = Dropout(dropout);
        lstm = LSTM(embed, hidden, layers, batchFirst: true, bidirectional: true);
        emission = Linear(2 * hidden, tags);
        RegisterComponents();
    }

    /// <summary>The layer that chooses tags together.</summary>
    public LinearChainCrf Crf => crf;

    /// <summary>The negative log-likelihood of the right tags.</summary>
    /// <param name="words">Word numbers, <c>[B, T]</c>, int64, in [0, V) at valid places.</param>
    /// <param name="tags">The right tags, <c>[B, T]</c>, int64, in [0, K) at valid places.</param>
    /// <param name="mask">True where there is a word, <c>[B, T]</c>, boolean, the valid places first; null means all.</param>
    /// <returns>Nats per sentence, <c>[B]</c>; 0 for one without words.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a number outside or a
    /// mask with holes.</exception>
    public override Tensor forward(Tensor words, Tensor tags, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        return crf.call(Emissions(words, mask), tags, mask).MoveToOuterDisposeScope();
    }

    /// <summary>The best tags.</summary>
    /// <param name="words">Word numbers, <c>[B, T]</c>, int64, in [0, V) at valid places.</param>
    /// <param name="mask">True where there is a word, <c>[B, T]</c>, boolean, the valid places first; null means all.</param>
    /// <returns>Tags and scores.</returns>
    /// <exception cref="ArgumentException">As of <see cref="forward"/>.</exception>
    public BestPath Decode(Tensor words, Tensor? mask = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var best = crf.Decode(Emissions(words, mask), mask);
        return new(best.Tags.MoveToOuterDisposeScope(), best.Scores.MoveToOuterDisposeScope());
    }

    /// <summary>The score of each tag for each word, before the CRF: a softmax over them is the tagger without structure.</summary>
    /// <param name="words">Word numbers, <c>[B, T]</c>, int64, in [0, V) at valid places.</param>
    /// <param name="mask">True where there is a word, <c>[B, T]</c>, boolean, the valid places first; null means all.</param>
    /// <returns><c>[B, T, K]</c>.</returns>
    /// <exception cref="ArgumentException">As of <see cref="forward"/>.</exception>
    public Tensor Emissions(Tensor words, Tensor? mask = null)
    {
        Check(words, mask);
        using var scope = NewDisposeScope();
        var known = mask is null ? words : words.masked_fill(mask.logical_not(), 0);
        if (words.size(0) == 0)
            return emission.call(embedding.call(known).new_zeros([0, words.size(1), emission.weight!.size(1)])).MoveToOuterDisposeScope();
        var vectors = dropout.call(embedding.call(known));                // [B, T, embed]
        var read = dropout.call(mask is null ? lstm.call(vectors).Item1 : ReadMasked(vectors, mask));
        return emission.call(read).MoveToOuterDisposeScope();
    }

    /// <summary>Each sentence to its own end; one without words is read as if it had one, and its result not used.</summary>
    private Tensor ReadMasked(Tensor vectors, Tensor mask)
    {
        var lengths = mask.sum(1, type: ScalarType.Int64).clamp(min: 1).cpu();
        using var packed = nn.utils.rnn.pack_padded_sequence(vectors, lengths, batch_first: true, enforce_sorted: false);
        var (read, _, _) = lstm.call(packed);
        using (read)
            return nn.utils.rnn.pad_packed_sequence(read, batch_first: true, total_length: vectors.size(1)).Item1;
    }

    private void Check(Tensor words, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.shape is not [_, > 0])
            throw Require.BadShape(words, "[B, T] with T >= 1");
        Require.SameDevice(words, embedding.weight!, likeName: "the model");
        if (mask is not null)
            ChainShapes.PrefixMask(mask, words);
        var vocabulary = embedding.weight!.size(0);
        if (words.dtype != ScalarType.Int64)
            throw new ArgumentException($"{nameof(words)} must be word numbers of dtype Int64, got {words.dtype}.", nameof(words));
        if (words.device_type != DeviceType.CPU || words.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var outside = (words < 0).logical_or(words >= vocabulary);
        if (mask is not null)
            outside = outside.logical_and(mask);
        if (outside.any().ToBoolean())
            throw new ArgumentException($"{nameof(words)} must lie in [0, {vocabulary}), got {words[outside][0].ToInt64()}.", nameof(words));
    }
}

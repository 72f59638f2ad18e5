using Lab.Core.Runtime;
using Lab.Core.Sequences;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using TransformerDecoderLayer = Lab.Core.Sequences.TransformerDecoderLayer;

namespace Lab.Core.Sets;

/// <summary>The sizes and choices of a <see cref="SetPredictionHead"/>.</summary>
public sealed record SetPredictionOptions
{
    /// <summary>K, object classes without "no object", positive.</summary>
    public required long Classes { get; init; }

    /// <summary>Q, the most objects that can be put out, positive.</summary>
    public required long Queries { get; init; }

    /// <summary>D, the width of a query and of the memory, a multiple of 4 and of <see cref="Heads"/>.</summary>
    public required long Width { get; init; }

    /// <summary>Attentions side by side, positive.</summary>
    public long Heads { get; init; } = 4;

    /// <summary>How many decoder layers, positive.</summary>
    public long Layers { get; init; } = 2;

    /// <summary>The width inside of the feed-forward layer, positive; null means 4D.</summary>
    public long? InnerWidth { get; init; }

    /// <summary>How classes are put out.</summary>
    public ClassKind Kind { get; init; }
}

/// <summary>What queries say after each layer.</summary>
/// <param name="Layers">Of the learned queries, the last layer last.</param>
/// <param name="Denoised">Of the noised queries, likewise; empty where there were none.</param>
public sealed record SetPrediction(IReadOnlyList<QueryOutput> Layers, IReadOnlyList<QueryOutput> Denoised)
{
    /// <summary>What is meant: the last layer's answers.</summary>
    public QueryOutput Last => Layers[^1];
}

/// <summary>Puts out a set: learned queries look at a memory and at each other, and each answers with a class or none, and a box.</summary>
/// <remarks>
/// <para>Formula: a query is <c>content + place(waves(σ(anchor)))</c>; each decoder layer adds attention to all queries, attention to the memory, and
/// a feed-forward layer, each behind a norm. After every layer, <c>logits = classify(norm(x))</c> and
/// <c>boxes = σ(anchor + locate(norm(x)))</c>: an anchor is where a query looks first. Queries that see each other can agree who takes which object.</para>
/// <para>Noised queries (<see cref="Denoising"/>) have the content of their label and their box for an anchor, and change nothing for the learned
/// ones.</para>
/// <para>State: <c>content</c> <c>[Q, D]</c>, <c>anchors</c> <c>[Q, 4]</c> (before the sigmoid), <c>labels.weight</c> <c>[K, D]</c>, <c>place</c>; per layer i
/// <c>layers.i.attentionNorm</c>, <c>.attention</c>, <c>.sourceNorm</c>, <c>.source</c>, <c>.feedNorm</c>, <c>.feed</c> as in
/// <see cref="TransformerDecoder"/>; <c>norm</c>, <c>classify</c>, <c>locate.0</c>, <c>locate.2</c>. Sources: Carion et al. 2020; Liu et al. 2022 (DAB-DETR)
/// for anchors.</para>
/// </remarks>
public sealed class SetPredictionHead : Module<Tensor, SetPrediction>
{
    private const double Least = 1e-3;                                          // of a coordinate, whose logit is -6.9

    private readonly Parameter content;
    private readonly Parameter anchors;
    private readonly Embedding labels;
    private readonly Linear place;
    private readonly ModuleList<TransformerDecoderLayer> layers;
    private readonly LayerNorm norm;
    private readonly Linear classify;
    private readonly Sequential locate;

    /// <summary>Makes a head whose anchors stand in a grid.</summary>
    /// <param name="options">Its sizes and choices.</param>
    /// <exception cref="ArgumentException">A number outside of its range.</exception>
    public SetPredictionHead(SetPredictionOptions options) : base(nameof(SetPredictionHead))
    {
        ArgumentNullException.ThrowIfNull(options);
        var (width, inner) = (options.Width, options.InnerWidth ?? 4 * options.Width);
        Require.Positive(options.Classes);
        Require.Positive(options.Queries);
        Require.Positive(width, "options.Width");
        if (width % 4 != 0)
            throw new ArgumentException($"options.Width must be a multiple of 4, got {width}.", nameof(options));
        Require.Heads(options.Heads, width);
        Require.Positive(options.Layers);
        Require.Positive(inner, "options.InnerWidth");

        Options = options;
        content = (Parameter)new Parameter(randn(options.Queries, width) * 0.02).DetachFromDisposeScope();
        anchors = (Parameter)new Parameter(Grid(options.Queries)).DetachFromDisposeScope();
        labels = TransformerParts.SmallEmbedding(options.Classes, width);
        place = Linear(2 * width, width);
        layers = ModuleList([.. Enumerable.Range(0, (int)options.Layers)
            .Select(_ => new TransformerDecoderLayer(width, width, options.Heads, inner, dropout: 0))]);
        norm = LayerNorm(width);
        classify = Linear(width, options.Classes + (options.Kind == ClassKind.Softmax ? 1 : 0));
        locate = Sequential(Linear(width, width), ReLU(), Linear(width, 4));
        RegisterComponents();
    }

    /// <summary>What it was made with.</summary>
    public SetPredictionOptions Options { get; }

    /// <summary>Asks the learned queries.</summary>
    /// <param name="memory">What they look at, <c>[B, S, D]</c> with S of 1 or more, positions included.</param>
    /// <returns>Logits <c>[B, Q, K + 1]</c> (<c>K</c> with the focal kind) and boxes <c>[B, Q, 4]</c> in (0, 1), after each layer.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override SetPrediction forward(Tensor memory) => Decode(memory, null);

    /// <summary>Asks the learned queries, and noised ones beside them.</summary>
    /// <param name="memory">What they look at, <c>[B, S, D]</c>.</param>
    /// <param name="noised">Made for Q queries and B pictures; null for none.</param>
    /// <returns>The answers of both.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public SetPrediction Decode(Tensor memory, DenoisingQueries? noised)
    {
        Require.FloatingPoint(memory);
        if (memory.shape is not [var B, > 0, var D] || D != Options.Width)
            throw Require.BadShape(memory, $"[B, S, {Options.Width}] with S >= 1");
        Require.SameDtype(memory, content, likeName: "the head");
        Require.SameDevice(memory, content, likeName: "the head");
        if (noised is not null)
            RequireNoised(noised, B);

        using var scope = NewDisposeScope();
        var (learned, P) = (Options.Queries, noised?.Labels.size(1) ?? 0);
        var starts = anchors.unsqueeze(0).expand(B, learned, 4);
        var first = content.unsqueeze(0).expand(B, learned, D);
        if (noised is not null)
        {
            starts = cat([noised.Boxes.to(memory.dtype).clamp(Least, 1 - Least).logit(), starts], 1);
            first = cat([labels.call(noised.Labels), first], 1);
        }
        var x = first + place.call(SineEmbedding.Of(starts.sigmoid(), D / 4));           // [B, P + Q, D]
        var (learnedOutputs, noisedOutputs) = (new List<QueryOutput>(), new List<QueryOutput>());
        var seen = noised?.Mask ?? ones([1, x.size(1), x.size(1)], ScalarType.Bool, memory.device);
        var everything = ones([B, memory.size(1)], ScalarType.Bool, memory.device);
        foreach (var layer in layers)
        {
            (x, _, _) = layer.Read(x, null, seen, layer.Remember(memory, everything));
            var said = norm.call(x);
            var (logits, boxes) = (classify.call(said), (starts + locate.call(said)).sigmoid());
            learnedOutputs.Add(Part(logits, boxes, P, learned));
            if (noised is not null)
                noisedOutputs.Add(Part(logits, boxes, 0, P));
        }
        return new(learnedOutputs, noisedOutputs);

        static QueryOutput Part(Tensor logits, Tensor boxes, long from, long count) =>
            new(logits.narrow(1, from, count).MoveToOuterDisposeScope(), boxes.narrow(1, from, count).MoveToOuterDisposeScope());
    }

    private void RequireNoised(DenoisingQueries noised, long batch)
    {
        if (noised.Labels.shape is not [var pictures, var P] || pictures != batch)
            throw Require.BadShape(noised.Labels, $"[{batch}, P]", nameof(noised));
        Require.Shape(noised.Boxes, [batch, P, 4], nameof(noised));
        Require.Shape(noised.Mask, [batch, P + Options.Queries, P + Options.Queries], nameof(noised));
        Require.ClassIndices(noised.Labels, Options.Classes, 0, nameof(noised));
    }

    /// <summary>Centres in a square grid, sides of three tenths, before the sigmoid.</summary>
    private static Tensor Grid(long queries)
    {
        using var scope = NewDisposeScope();
        var side = Math.Ceiling(Math.Sqrt(queries));
        var place = arange(queries, ScalarType.Float32);
        var (x, y) = ((place.remainder(side) + 0.5) / side, ((place / side).floor() + 0.5) / side);
        return stack([x, y, full_like(x, 0.3), full_like(x, 0.3)], 1).logit().MoveToOuterDisposeScope();
    }
}

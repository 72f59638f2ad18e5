using Lab.Core.Runtime;
using Lab.Core.Sequences;
using Lab.Core.Trees;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using TransformerDecoderLayer = Lab.Core.Sequences.TransformerDecoderLayer;

namespace Lab.Core.Sets;

/// <summary>The sizes of a <see cref="SlotHead"/>.</summary>
public sealed record SlotOptions
{
    /// <summary>K, types of entities without "no entity", positive.</summary>
    public required long Types { get; init; }

    /// <summary>Q, the most entities that can be put out for a sentence, positive. More than that are missed, always.</summary>
    public required long Slots { get; init; }

    /// <summary>D, the width of a slot and of the memory, positive, a multiple of <see cref="Heads"/>.</summary>
    public required long Width { get; init; }

    /// <summary>Attentions side by side, positive.</summary>
    public long Heads { get; init; } = 4;

    /// <summary>How many decoder layers, positive.</summary>
    public long Layers { get; init; } = 2;

    /// <summary>The width inside of the feed-forward layer, positive; null means 4D.</summary>
    public long? InnerWidth { get; init; }
}

/// <summary>Puts out the entities of a sentence as a set: learned slots look at the tokens and at each other, and each answers with a type or none, and
/// points at the first and the last token of its span.</summary>
/// <remarks>
/// <para>Formula: each decoder layer adds to the slots attention to all slots, attention to the memory, and a feed-forward layer, each behind a norm. After
/// every layer, with <c>h = norm(x)</c>: <c>types = classify(h)</c>, and <c>starts</c> and <c>ends</c> by a <see cref="PointerHead"/> each, from h to the
/// memory.</para>
/// <para>Spans of different slots may touch, lie in each other or overlap: no token has one label only, as it has with BIO tags. Slots that see each other can
/// agree who takes which entity.</para>
/// <para>Numerics: a masked token is never looked at, whatever stands there, and has the score -∞ as a start or end.</para>
/// <para>State: <c>slots</c> <c>[Q, D]</c>; per layer i <c>layers.i.attentionNorm</c>, <c>.attention</c>, <c>.sourceNorm</c>, <c>.source</c>,
/// <c>.feedNorm</c>, <c>.feed</c> as in <see cref="TransformerDecoder"/>; <c>norm</c>, <c>classify</c>; <c>start</c> and <c>end</c> as in
/// <see cref="PointerHead"/>. Sources: Sui et al. 2020 (SPN), sections 3.1 and 3.2; Tan et al. 2021 for nested entities.</para>
/// </remarks>
public sealed class SlotHead : Module<Tensor, Tensor?, SlotPrediction>
{
    private readonly Parameter slots;
    private readonly ModuleList<TransformerDecoderLayer> layers;
    private readonly LayerNorm norm;
    private readonly Linear classify;
    private readonly PointerHead start;
    private readonly PointerHead end;

    /// <summary>Makes a head with the library's starting weights, and slots drawn from a normal distribution: alike they would stay alike.</summary>
    /// <param name="options">Its sizes.</param>
    /// <exception cref="ArgumentException">A number outside of its range.</exception>
    public SlotHead(SlotOptions options) : base(nameof(SlotHead))
    {
        ArgumentNullException.ThrowIfNull(options);
        var (width, inner) = (options.Width, options.InnerWidth ?? 4 * options.Width);
        Require.Positive(options.Types);
        Require.Positive(options.Slots);
        Require.Positive(options.Width);
        Require.Heads(options.Heads, width);
        Require.Positive(options.Layers);
        Require.Positive(inner, "options.InnerWidth");

        Options = options;
        slots = (Parameter)new Parameter(randn(options.Slots, width)).DetachFromDisposeScope();
        layers = ModuleList([.. Enumerable.Range(0, (int)options.Layers)
            .Select(_ => new TransformerDecoderLayer(width, width, options.Heads, inner, dropout: 0))]);
        norm = LayerNorm(width);
        classify = Linear(width, options.Types + 1);
        start = new PointerHead(width, width, width);
        end = new PointerHead(width, width, width);
        RegisterComponents();
    }

    /// <summary>What it was made with.</summary>
    public SlotOptions Options { get; }

    /// <summary>Asks the slots.</summary>
    /// <param name="memory">The tokens of sentences as an encoder gives them, <c>[B, T, D]</c> with T of 1 or more, positions included.</param>
    /// <param name="mask">True where there is a token, <c>[B, T]</c>, boolean; null means everywhere.</param>
    /// <returns>Types <c>[B, Q, K + 1]</c>, starts and ends <c>[B, Q, T]</c>, after each layer.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override SlotPrediction forward(Tensor memory, Tensor? mask)
    {
        Require.FloatingPoint(memory);
        if (memory.shape is not [var B, > 0 and var T, var D] || D != Options.Width)
            throw Require.BadShape(memory, $"[B, T, {Options.Width}] with T >= 1");
        Require.SameDtype(memory, slots, likeName: "the head");
        Require.SameDevice(memory, slots, likeName: "the head");
        if (mask is not null)
        {
            Require.Mask(mask);
            Require.Shape(mask, [B, T]);
            Require.SameDevice(mask, memory);
        }

        using var scope = NewDisposeScope();
        var tokens = mask ?? ones([B, T], ScalarType.Bool, memory.device);
        memory = memory.masked_fill(tokens.logical_not().unsqueeze(2), 0);              // a weight of 0 times NaN would be NaN
        var (Q, x) = (Options.Slots, slots.unsqueeze(0).expand(B, -1, -1));             // [B, Q, D]
        var eachOther = ones([1, Q, Q], ScalarType.Bool, memory.device);
        var allowed = tokens.unsqueeze(1).expand(B, Q, T);
        var outputs = new List<SlotOutput>();
        foreach (var layer in layers)
        {
            (x, _, _) = layer.Read(x, null, eachOther, layer.Remember(memory, tokens));
            var said = norm.call(x);
            outputs.Add(new(
                classify.call(said).MoveToOuterDisposeScope(), start.call(said, memory, allowed).MoveToOuterDisposeScope(),
                end.call(said, memory, allowed).MoveToOuterDisposeScope()));
        }
        return new(outputs);
    }
}

using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>What every strategy does alike: it steps the model, frees states, and keeps to rule and constraint.</summary>
internal sealed class DecodingRun : IDisposable
{
    private readonly IDecoderModel model;
    private readonly IDecoderState start;
    private IDecoderState state;
    private Tensor last;
    private AutomatonRows? constraint;

    public DecodingRun(IDecoderModel model, IDecoderState start, Tensor first, DecodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(options);
        if (first.dim() != 1)
            throw Require.BadShape(first, "[N]");
        if (first.dtype != ScalarType.Int64)
            throw new ArgumentException($"first must be tokens of dtype Int64, got {first.dtype}.", nameof(first));
        if (options.MaxLength < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxLength, "MaxLength must be at least 1.");
        if (options.Eos < 0 || options.Eos >= (options.Constraint?.VocabularySize ?? long.MaxValue))
            throw new ArgumentOutOfRangeException(nameof(options), options.Eos, "Eos must be a token of the vocabulary.");
        if (options.Constraint?.ShortestLength >= options.MaxLength)
            throw new ArgumentException(
                $"MaxLength must leave room for the shortest legal sequence and EOS, {options.Constraint.ShortestLength + 1}, got {options.MaxLength}.",
                nameof(options));
        (this.model, this.start, state, Options) = (model, start, start, options);
        last = first.alias().DetachFromDisposeScope();
        Rows = first.size(0);
        Device = first.device;
    }

    public DecodingOptions Options { get; }

    /// <summary>How many rows the model sees in the next step.</summary>
    public long Rows { get; private set; }

    public Device Device { get; }

    /// <summary>V, known after the first step.</summary>
    public long Vocabulary { get; private set; }

    /// <summary>The dtype of the model's logits, known after the first step.</summary>
    public ScalarType Dtype { get; private set; }

    /// <summary>How many steps were made.</summary>
    public int Time { get; private set; }

    /// <summary>Whether scores are the model's own.</summary>
    public bool IsPlain => Options.Rule is null && Options.Constraint is null;

    /// <summary>Asks the model for the next logits, [Rows, V].</summary>
    public Tensor Step()
    {
        var step = model.Step(last, state);
        Own(step.State);
        var logits = step.Logits;
        if (logits.dim() != 2 || logits.size(0) != Rows || !logits.is_floating_point())
            throw new ArgumentException(
                $"The logits of model must be floating point of shape [{Rows}, V], got {logits.dtype} of [{string.Join(", ", logits.shape)}].",
                nameof(model));
        if (Time++ == 0)
            Learn(logits);
        return logits;
    }

    /// <summary>Scores after constraint and rule, [Rows, V], -∞ for what may not be chosen.</summary>
    /// <param name="scores">Logits or log-probabilities.</param>
    /// <param name="prefix">The tokens before, [Rows, Time - 1].</param>
    /// <param name="choosable">Whether a row in which every legal token has probability 0 has its legal tokens made equal.</param>
    public Tensor Ruled(Tensor scores, Tensor prefix, bool choosable)
    {
        if (IsPlain)
            return scores;
        var never = full([1], double.NegativeInfinity, dtype: scores.dtype, device: scores.device);
        var allowed = constraint?.Allowed(Options.MaxLength - Time + 1);
        var legal = allowed is null ? scores : where(allowed, scores, never);
        if (allowed is not null && choosable)
            legal = where(Nothing(legal).logical_and(allowed), zeros_like(never), legal);
        if (Options.Rule is null)
            return legal;
        var ruled = Options.Rule(legal, prefix);
        if (ruled is null || !ruled.shape.AsSpan().SequenceEqual(scores.shape))
            throw Refused($"The rule of options must give logits [{Rows}, {Vocabulary}], got "
                + (ruled is null ? "null." : $"[{string.Join(", ", ruled.shape)}]."));
        ruled = allowed is null ? ruled : where(allowed, ruled, never);
        return where(Nothing(ruled), legal, ruled);
    }

    /// <summary>Sets the tokens that the model reads next.</summary>
    public void Feed(Tensor tokens)
    {
        constraint?.Advance(tokens);
        Replace(ref last, tokens);
    }

    /// <summary>Chooses rows, before <see cref="Feed"/>.</summary>
    public void Reorder(Tensor rows)
    {
        constraint?.Reorder(rows);
        Own(state.Reorder(rows));
        Rows = rows.size(0);
    }

    public void Dispose()
    {
        Own(start);
        last.Dispose();
        constraint?.Dispose();
    }

    /// <summary>Puts a tensor in the place of another, which is freed; the new one outlives the scope.</summary>
    public static void Replace(ref Tensor kept, Tensor value)
    {
        value.DetachFromDisposeScope();
        kept.Dispose();
        kept = value;
    }

    /// <summary>[N, 1]: whether nothing in a row can be chosen.</summary>
    private static Tensor Nothing(Tensor scores) => scores.amax([-1], keepdim: true) == double.NegativeInfinity;

    private static ArgumentException Refused(string message, string name = "options") => new(message, name);

    private void Learn(Tensor logits)
    {
        (Vocabulary, Dtype) = (logits.size(1), logits.dtype);
        if (Options.Eos >= Vocabulary)
            throw Refused($"Eos must be in [0, {Vocabulary}), got {Options.Eos}.");
        if (Options.Constraint is not { } automaton)
            return;
        if (automaton.VocabularySize != Vocabulary)
            throw Refused($"The constraint must have the model's {Vocabulary} tokens, got {automaton.VocabularySize}.");
        constraint = new(automaton, Rows, Options.Eos, logits.device);
    }

    private void Own(IDecoderState next)
    {
        if (!ReferenceEquals(state, start) && !ReferenceEquals(state, next))
            state.Dispose();
        state = next;
    }
}

using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>What all decoding strategies refuse alike.</summary>
internal static class StrategyBadInputs
{
    /// <summary>Inputs that every strategy refuses.</summary>
    public static IEnumerable<BadInput<TOp>> Of<TOp>(Action<TOp, IDecoderModel, IDecoderState, Tensor, DecodingOptions> call)
        where TOp : Delegate
    {
        var good = new DecodingOptions(Eos: 0, Pad: -1, MaxLength: 4);
        return
        [
            new("null for model", "model", () => [zeros(2, dtype: ScalarType.Int64)], (op, x) => With((_, s) => call(op, null!, s, x[0], good))),
            new("null for start", "start", () => [zeros(2, dtype: ScalarType.Int64)], (op, x) => With((m, _) => call(op, m, null!, x[0], good))),
            new("null for first", "first", () => [], (op, _) => With((m, s) => call(op, m, s, null!, good))),
            new("null for options", "options", () => [zeros(2, dtype: ScalarType.Int64)], (op, x) => With((m, s) => call(op, m, s, x[0], null!))),
            new("first tokens in a column", "first", () => [zeros(2, 1, dtype: ScalarType.Int64)], (op, x) => With((m, s) => call(op, m, s, x[0], good))),
            new("real first tokens", "first", () => [zeros(2)], (op, x) => With((m, s) => call(op, m, s, x[0], good))),
            Options("a greatest length of 0", good with { MaxLength = 0 }),
            Options("EOS -1", good with { Eos = -1 }),
            Options("EOS 3 of 3", good with { Eos = 3 }),
            Options("a constraint of other tokens", good with { Constraint = TokenAutomaton.Without([1], 4) }),
            Options("a constraint that needs more tokens", good with { Constraint = TokenAutomaton.Containing([1, 1, 2, 1], 3) }),
            Options("a rule that gives nothing", good with { Rule = (_, _) => null! }),
        ];

        BadInput<TOp> Options(string description, DecodingOptions options) => new(
            description, "options", () => [zeros(2, dtype: ScalarType.Int64)], (op, x) => With((m, s) => call(op, m, s, x[0], options)));
    }

    /// <summary>Calls with a model of three tokens and a state of two rows.</summary>
    public static void With(Action<IDecoderModel, IDecoderState> call)
    {
        using var scope = NewDisposeScope();
        var model = new MarkovModel(ones(1, 3, 3));
        using var start = model.Start(2);
        call(model, start);
    }
}

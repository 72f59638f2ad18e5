using FsCheck;
using Lab.Core.Sequences.NonAutoregressive;
using Lab.Specs.Harness;
using Lab.Specs.Sequences.Ctc;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.NonAutoregressive;

/// <summary>Independent decoding against loops.</summary>
public sealed class DecodeIndependentlySpec : Spec<Func<Tensor, Tensor?, long, ParallelTokens>, PositionsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, long, ParallelTokens> Op => ParallelDecoding.DecodeIndependently;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, long, ParallelTokens> Oracle => (logits, lengths, padding) =>
    {
        var (batch, positions) = (logits.size(0), logits.size(1));
        var (tokens, scores) = (new List<long>(), new List<Tensor>());
        var logProbs = logits.log_softmax(2);
        for (var b = 0; b < batch; b++)
        {
            for (var n = 0; n < positions; n++)
            {
                var row = CtcEnumeration.Numbers<double>(logits[b, n].detach());
                var best = Array.IndexOf(row, row.Max());
                var counts = lengths is null || n < lengths[b].ToInt64();
                tokens.Add(counts ? best : padding);
                scores.Add(counts ? logProbs[b, n, best] : zeros([], dtype: logits.dtype));
            }
        }
        return new(
            tensor(tokens.ToArray()).reshape(batch, positions),
            scores.Count == 0 ? logits.sum(2) : stack(scores).reshape(batch, positions));
    };

    /// <inheritdoc/>
    public override Gen<PositionsCase> Cases => PositionsCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor?, long, ParallelTokens> op, PositionsCase @case, Tensor[] arguments)
    {
        var found = op(arguments[0], arguments.ElementAtOrDefault(1), -7);
        return [found.LogProbs, found.Tokens];
    }

    /// <inheritdoc/>
    public override bool SmoothAt(PositionsCase @case) => @case.Scale > 0 && @case.Decimals is null;      // no ties

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(PositionsCase @case, IReadOnlyList<Argument> arguments) => !@case.Lengths
        ? null
        :
        [
            arguments[0].With(arguments[0].Value.masked_fill(
                (arange(@case.N) >= arguments[1].Value.unsqueeze(1)).unsqueeze(2), double.NaN)),
            arguments[1],
        ];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor?, long, ParallelTokens>>> BadInputs =>
    [
        new("null for logits", "logits", () => [], (op, _) => op(null!, null, 0)),
        new("integer logits", "logits", () => [ones(2, 3, 4, dtype: ScalarType.Int64)], (op, x) => op(x[0], null, 0)),
        new("one example without a batch", "logits", () => [ones(3, 4)], (op, x) => op(x[0], null, 0)),
        new("no tokens to choose from", "logits", () => [ones(2, 3, 0)], (op, x) => op(x[0], null, 0)),
        new("lengths of another batch", "lengths", () => [ones(2, 3, 4), ones(3, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], 0)),
        new("real lengths", "lengths", () => [ones(2, 3, 4), ones(2)], (op, x) => op(x[0], x[1], 0)),
        new("a length past the end", "lengths", () => [ones(2, 3, 4), tensor([1L, 4])], (op, x) => op(x[0], x[1], 0)),
        new("a negative length", "lengths", () => [ones(2, 3, 4), tensor([1L, -1])], (op, x) => op(x[0], x[1], 0)),
        new("lengths on another device", "lengths", () => [ones(2, 3, 4), ones([2], dtype: ScalarType.Int64, device: META)],
            (op, x) => op(x[0], x[1], 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor?, long, ParallelTokens>, PositionsCase>> OwnLaws =>
    [
        Own("right where positions are independent", "The sum of its log-probabilities is that of the best of all V^N sequences.", (op, c) =>
        {
            var few = c with { N = Math.Min(c.N, 4), Lengths = false, B = 1 };
            var logProbs = few.Draw()[0].Value.log_softmax(2);
            var all = CtcEnumeration.Scores(logProbs[0], [.. CtcEnumeration.Paths(few.V, few.N)]);
            return Comparison.Same("score", op(logProbs, null, -1).LogProbs.sum(), all.max(), Tolerance);
        }),
        Own("wrong where they depend on each other", "From the marginals of 'ab' 40%, 'cd' 30%, 'ce' 30% it writes 'cb', which nobody says.", (op, _) =>
        {
            //                        a    b    c    d    e
            var marginals = tensor([0.4, 0.0, 0.6, 0.0, 0.0, 0.0, 0.4, 0.0, 0.3, 0.3]).reshape(1, 2, 5);
            return Comparison.Same("tokens", op(marginals.log(), null, -1).Tokens, tensor([2L, 1]).reshape(1, 2), Tolerance);
        }) with { Cases = 1 },
    ];
}

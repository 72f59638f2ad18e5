using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>A strategy whose rows do not compete, against the same in plain C#, one row at a time.</summary>
/// <typeparam name="TOp">The strategy's signature.</typeparam>
public abstract class RowStrategySpec<TOp> : Spec<TOp, SequenceCase>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public override Gen<SequenceCase> Cases => SequenceCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;             // rounding makes other tokens the best

    /// <inheritdoc/>
    public override Tensor[] Call(TOp op, SequenceCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        using var scope = NewDisposeScope();
        var rows = @case.Decoded(arguments[0], (model, start, first) => Decode(op, @case, model, start, first));
        using var gap = full([rows.Tokens.size(0), @case.MaxLength - rows.Tokens.size(1)], -1, dtype: ScalarType.Int64, device: rows.Tokens.device);
        Tensor[] parts = [cat([rows.Tokens, gap], 1), rows.Lengths, rows.LogProbs, rows.Finished];
        scope.MoveToOuter(parts);
        return parts;
    }

    /// <summary>Gives a case to a version of the strategy.</summary>
    protected abstract DecodedRows Decode(TOp op, SequenceCase @case, IDecoderModel model, IDecoderState start, Tensor first);

    /// <summary>The strategy in plain C#; the chooser of each row is asked for a token of every step.</summary>
    private protected static DecodedRows InPlain(
        IDecoderModel model, Tensor first, DecodingOptions options, Func<int, Func<double[], int>> chooser)
    {
        var table = ((MarkovModel)model).Table;
        var rows = Enumerable.Range(0, (int)table.size(0))
            .Select(b => new SequenceOracle(options, table[b], first[b].ToInt64()).Row(chooser(b))).ToArray();
        var width = rows.Max(r => r.Tokens.Length);
        return new(
            stack(rows.Select(r => tensor([.. r.Tokens, .. Enumerable.Repeat(-1L, width - r.Tokens.Length)]))),
            tensor([.. rows.Select(r => (long)r.Tokens.Length)]),
            tensor([.. rows.Select(r => r.LogProb)]).to(table.dtype), tensor([.. rows.Select(r => r.Finished)]));
    }

    /// <summary>Laws of all strategies of this kind.</summary>
    protected IEnumerable<Law<TOp, SequenceCase>> RowLaws =>
    [
        Own("after EOS comes padding, and nothing else", "A row has tokens up to its EOS, which counts, and -1 from there on.", (op, c) =>
            EachRow(op, c, (tokens, length, _, finished) => Verdict.Require(
                tokens.Take(length).All(v => v >= 0) && tokens.Skip(length).All(v => v == -1)
                    && (finished ? Array.IndexOf(tokens, 0) == length - 1 : !tokens.Contains(0) && length == c.MaxLength),
                $"[{string.Join(", ", tokens)}] has length {length} and {(finished ? "is" : "is not")} finished."))),
        Own("the log-probability is the model's", "It is the sum over the tokens of what the model says without rule and constraint.", (op, c) =>
            EachRow(op, c, (tokens, length, row, _) =>
            {
                var oracle = c.InPlain(row.Table);
                var sum = Enumerable.Range(0, length).Sum(t => oracle.LogProbs(tokens[..t])[tokens[t]]);
                return Comparison.Same("log-probability", tensor(row.LogProb), tensor(sum), Tolerance);
            })),
        Own("a constraint is never violated", "Every row is legal, as one sees by looking at it, and ends in time.", (op, c) =>
            c.Legal == Legal.All ? Verdict.DoesNotApply : EachRow(op, c, (tokens, length, _, finished) => Verdict.Require(
                finished && c.IsLegal(tokens[..(length - 1)]), $"[{string.Join(", ", tokens)}] is not legal."))),
    ];

    /// <summary>What every strategy refuses.</summary>
    protected static IEnumerable<BadInput<TOp>> BadStarts(Action<TOp, IDecoderModel, IDecoderState, Tensor, DecodingOptions> call) =>
        StrategyBadInputs.Of(call);

    private Verdict EachRow(TOp op, SequenceCase c, Func<long[], int, (Tensor Table, double LogProb), bool, Verdict> check)
    {
        var table = c.Draw()[0].Value;
        var results = Call(op, c, [table]);
        return Enumerable.Range(0, c.B).Aggregate(Verdict.Holds, (verdict, b) => verdict.Then(() => check(
            results[0][b].data<long>().ToArray(), (int)results[1][b].ToInt64(), (table[b], results[2][b].ToDouble()), results[3][b].ToBoolean())));
    }
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>No repeated n-gram, against listing all n-grams of the prefix with the token put after it.</summary>
public sealed class NoRepeatNGramSpec : FilterSpec<Func<Tensor, Tensor, long, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, Tensor> Op => LogitFilter.NoRepeatNGram;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, Tensor> Oracle => (logits, prefix, n) => ByRow(logits, (z, row) =>
    {
        long[] before = [.. prefix[row].data<long>()];
        return Kept(z, v => before.Length < n || !Grams(before, n).Contains(Grams([.. before, v], n)[^1]));
    });

    /// <inheritdoc/>
    public override Gen<FilterCase> Cases => from c in FilterCase.Any(Gen.Choose(1, 4).Select(n => (double)n), looksBack: true)
                                             select c with { V = Math.Min(c.V, 3) };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, long, Tensor> op, FilterCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], (long)@case.Number)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, long, Tensor>>> BadInputs =>
    [
        .. BadPrefix((op, x, prefix) => op(x, prefix, 2)),
        new("n = 0", "n", () => [ones(2, 3), zeros(2, 4, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, long, Tensor>, FilterCase>> OwnLaws =>
    [
        KeepsOrDrops, GradientPasses, ConstantChangesNothing,
        Own("text that obeys it repeats nothing", "Twelve tokens chosen among those that are left have every n-gram once.", (op, c) =>
        {
            var n = (long)c.Number;
            using var generator = new Generator((ulong)c.Seed, CPU);
            var text = zeros(1, 0, dtype: ScalarType.Int64);
            for (var t = 0; t < 12; t++)
            {
                var left = op(randn(1, c.V, generator: generator), text, n);
                if (left.isneginf().all().ToBoolean())
                    break;
                text = cat([text, left.argmax(1, keepdim: true)], 1);
            }
            var grams = Grams([.. text.data<long>()], n);
            return Verdict.Require(grams.Distinct().Count() == grams.Length, $"An n-gram comes twice in {string.Join(' ', text.data<long>())}.");
        }),
    ];

    private static string[] Grams(long[] tokens, long n) =>
        [.. Enumerable.Range(0, (int)Math.Max(0, tokens.Length - n + 1)).Select(i => string.Join(' ', tokens.Skip(i).Take((int)n)))];
}

using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Drawn = System.Func<TorchSharp.torch.Tensor, long, TorchSharp.torch.Generator, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Drawing without replacement against a race of exponential waiting times with the same random numbers.</summary>
public sealed class WithoutReplacementSpec : SamplingSpec
{
    /// <inheritdoc/>
    public override Drawn Op => TokenSampling.WithoutReplacement;

    /// <inheritdoc/>
    public override Drawn Oracle => (logits, count, generator) =>
    {
        var u = rand(logits.shape, dtype: ScalarType.Float64, generator: generator);
        var rows = Enumerable.Range(0, (int)logits.size(0)).SelectMany(row =>
        {
            var z = logits[row].to(ScalarType.Float64).data<double>().ToArray();
            var logWait = z.Select((x, v) => Math.Log(-Math.Log(u[row, v].ToDouble())) - x).ToArray();    // the rate is e^z
            return Enumerable.Range(0, z.Length).OrderBy(v => logWait[v]).Take((int)Math.Min(count, z.Length)).Select(v => (long)v);
        });
        return tensor(rows.ToArray()).reshape(logits.size(0), Math.Min(count, logits.size(1)));
    };

    /// <inheritdoc/>
    public override IEnumerable<Law<Drawn, DrawCase>> OwnLaws =>
    [
        Own("pairs come as from an urn", ChiSquare.Sentence("Of 20,000 pairs (a, b) the share fits p[a] p[b] / (1 - p[a])"), (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var logits = Seven(c).narrow(1, 2, 5);
            var p = logits.softmax(1).data<double>().ToArray();
            var draws = op(logits.expand(20_000, -1), 2, generator);
            var code = draws.select(1, 0) * 5 + draws.select(1, 1);
            return ChiSquare.Judge(
                [.. Enumerable.Range(0, 25).Select(v => code.eq(v).sum().ToInt64())],
                [.. from a in Enumerable.Range(0, 5) from b in Enumerable.Range(0, 5) select a == b ? 0 : p[a] * p[b] / (1 - p[a])]);
        }) with { Cases = 5 },
        Own("no token comes twice", "A row's tokens differ, and all come when as many are drawn as there are.", (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var sorted = op((c with { Scale = 1 }).Draw()[0].Value, 100, generator).sort(1).Values;
            return Comparison.Same("sorted tokens", sorted, arange(c.V).expand(c.N, -1), Tolerance);
        }),
        Own("what cannot come does not", "Of tokens with -∞ none is drawn; -1 fills their places.", (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            return Comparison.Same("last token", op(Seven(c), 7, generator).select(1, 6), tensor([-1L]), Tolerance);
        }) with { Cases = 5 },
    ];
}

using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Drawn = System.Func<TorchSharp.torch.Tensor, long, TorchSharp.torch.Generator, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Categorical draws against walking along the probabilities with the same random numbers.</summary>
public sealed class CategoricalSpec : SamplingSpec
{
    /// <inheritdoc/>
    public override Drawn Op => TokenSampling.Categorical;

    /// <inheritdoc/>
    public override Drawn Oracle => (logits, count, generator) =>
    {
        var u = rand([logits.size(0), count], dtype: ScalarType.Float64, generator: generator);
        var tokens = new long[logits.size(0), count];
        for (var row = 0; row < logits.size(0); row++)
        {
            var z = logits[row].to(ScalarType.Float64).data<double>().ToArray();
            var p = z.Select(x => Math.Exp(x - z.Max())).ToArray();
            for (var i = 0; i < count; i++)
            {
                var left = u[row, i].ToDouble() * p.Sum();
                while (left >= p[tokens[row, i]])
                    left -= p[tokens[row, i]++];
            }
        }
        return tensor(tokens);
    };

    /// <inheritdoc/>
    public override IEnumerable<Law<Drawn, DrawCase>> OwnLaws =>
    [
        Own("tokens come as often as their probability says", ChiSquare.Sentence("The shares of 20,000 draws fit"), (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var logits = Seven(c);
            var draws = op(logits, 20_000, generator);
            return ChiSquare.Judge(
                [.. Enumerable.Range(0, 7).Select(v => draws.eq(v).sum().ToInt64())], logits.softmax(1).data<double>().ToArray());
        }) with { Cases = 10 },
        Own("rows draw independently", ChiSquare.Sentence("Pairs of draws of two equal rows come as often as the products of their probabilities"), (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var logits = Seven(c).narrow(1, 0, 3);
            var draws = op(logits.expand(2, -1), 20_000, generator);
            var p = logits.softmax(1)[0];
            return ChiSquare.Judge(
                [.. Enumerable.Range(0, 9).Select(v => (3 * draws[0] + draws[1]).eq(v).sum().ToInt64())], p.outer(p).data<double>().ToArray());
        }) with { Cases = 5 },
    ];
}

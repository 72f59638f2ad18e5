using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.NonAutoregressive;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences.Ctc;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.NonAutoregressive;

/// <summary>Sizes of a length head.</summary>
public sealed record LengthHeadCase : HeadCase
{
    /// <summary>The reach M.</summary>
    public int M { get; init; } = 2;

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => [new("classify.weight", 2 * M + 1, D), new("classify.bias", 2 * M + 1)];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (M > 0)
            yield return this with { M = M - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>The length head by its definition; its candidates against sorting in plain doubles.</summary>
public sealed class LengthHeadSpec : HeadSpec<Tensor, LengthHeadCase>
{
    /// <inheritdoc/>
    public override Type Head => typeof(LengthHead);

    /// <inheritdoc/>
    public override Func<LengthHeadCase, nn.Module<Tensor, Tensor>> Op => c => new LengthHead(c.D, c.M);

    /// <inheritdoc/>
    public override Tensor Reference(LengthHeadCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p) =>
        LinearCase.Apply(features, p["classify.weight"], p["classify.bias"]);

    /// <inheritdoc/>
    public override Tensor[] Tensors(Tensor output) => [output];

    /// <inheritdoc/>
    public override Gen<LengthHeadCase> Cases => HeadCase.Any(
        from m in Gen.Choose(0, 3)
        select Usual with { M = m });

    /// <inheritdoc/>
    public override LengthHeadCase Usual => new();

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<LengthHeadCase, nn.Module<Tensor, Tensor>>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("a negative reach", "reach", Usual with { M = -1 }),
        OfHead("real source lengths", "sourceLengths", h => h.Classes(ones(2), ones(2, dtype: ScalarType.Int64))),
        OfHead("null for target lengths", "targetLengths", h => h.Classes(ones(2, dtype: ScalarType.Int64), null!)),
        OfHead("target lengths of another shape", "targetLengths", h => h.Classes(tensor([1L, 2]), tensor([1L]))),
        OfHead("logits of another reach", "logits", h => h.Candidates(ones(2, 4), tensor([1L, 2]), 1)),
        OfHead("whole numbers for logits", "logits", h => h.Candidates(ones(2, 5, dtype: ScalarType.Int64), tensor([1L, 2]), 1)),
        OfHead("source lengths of another batch", "sourceLengths", h => h.Candidates(ones(2, 5), tensor([1L]), 1)),
        OfHead("no candidates", "count", h => h.Candidates(ones(2, 5), tensor([1L, 2]), 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<LengthHeadCase, nn.Module<Tensor, Tensor>>, LengthHeadCase>> HeadLaws =>
    [
        Own("a class for each difference", "A target d longer than its source is class d + M; past the reach it is the outermost.", (op, c) =>
        {
            using var head = (LengthHead)op(c);
            var target = arange(0, 2 * c.M + 5, dtype: ScalarType.Int64);
            var source = full_like(target, c.M + 2);
            var expected = tensor(Enumerable.Range(0, 2 * c.M + 5).Select(t => Math.Clamp((long)t - 2, 0, 2 * c.M)).ToArray());
            return Comparison.Same("classes", head.Classes(source, target), expected, new Tolerance(0, 0));
        }) with { Cases = 10 },
        Own("candidates are the most probable possible lengths", "Of the lengths from 1 up, the L most probable in order, with probabilities that would sum to 1.", (op, c) =>
        {
            using var head = (LengthHead)op(c);
            using var generator = new Generator((ulong)c.Seed, CPU);
            var logits = randn([3, 2 * c.M + 1], dtype: ScalarType.Float64, generator: generator);
            var source = tensor([0L, 1, 9]);
            return Enumerable.Range(1, 2 * c.M + 3).Aggregate(Verdict.Holds, (verdict, count) => verdict.Then(() =>
            {
                var found = head.Candidates(logits, source, count);
                var (lengths, scores) = (new List<long>(), new List<double>());
                for (var b = 0; b < 3; b++)
                {
                    var row = CtcEnumeration.Numbers<double>(logits[b]);
                    var possible = row.Select((x, k) => (Length: source[b].ToInt64() + k - c.M, Score: x)).Where(p => p.Length >= 1).ToArray();
                    var total = Math.Log(possible.Sum(p => Math.Exp(p.Score)));
                    var best = possible.OrderByDescending(p => p.Score).Take(count).ToArray();
                    lengths.AddRange([.. best.Select(p => p.Length), .. Enumerable.Repeat(-1L, count - best.Length)]);
                    scores.AddRange([.. best.Select(p => p.Score - total), .. Enumerable.Repeat(double.NegativeInfinity, count - best.Length)]);
                }
                return Comparison.Same("lengths", found.Lengths, tensor(lengths.ToArray()).reshape(3, count), new Tolerance(0, 0))
                    .Then(() => Comparison.Same("log-probabilities", found.LogProbs, tensor(scores.ToArray()).reshape(3, count), Tolerance));
            }));
        }) with { Cases = 30 },
    ];

    private BadInput<Func<LengthHeadCase, nn.Module<Tensor, Tensor>>> OfHead(
        string description, string parameter, Action<LengthHead> use) => new(description, parameter, () => [], (op, _) =>
        {
            using var scope = NewDisposeScope();
            using var head = (LengthHead)op(Usual);
            use(head);
        });
}

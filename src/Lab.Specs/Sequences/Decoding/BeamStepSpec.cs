using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Step = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, long, bool, Lab.Core.Sequences.Decoding.BeamContinuations>;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Hypotheses with scores, and logits of their next tokens.</summary>
public sealed record BeamStepCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Hypotheses K.</summary>
    public required int K { get; init; }

    /// <summary>Tokens V.</summary>
    public required int V { get; init; }

    /// <summary>Continuations to keep.</summary>
    public required int Count { get; init; }

    /// <summary>The logits are log-probabilities.</summary>
    public bool Normalised { get; init; }

    /// <summary>EOS.</summary>
    public long Eos => Seed % V;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("logits", Numbers().Reals(B, K, V)) { BatchDim = 0, ExtremesOfValue = [1e4, -1e4] },
        new("scores", Numbers(1).Reals(B, K)) { BatchDim = 0, ExtremesOfValue = [double.NegativeInfinity] },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (V > 1)
            yield return this with { V = V - 1 };
        if (Count > 1)
            yield return this with { Count = 1 };
        if (Normalised)
            yield return this with { Normalised = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>One step of beam search against sorting a list of all continuations.</summary>
public sealed class BeamStepSpec : Spec<Step, BeamStepCase>
{
    /// <inheritdoc/>
    public override Step Op => Decode.BeamStep;

    /// <inheritdoc/>
    public override Step Oracle => (logits, scores, eos, count, normalised) =>
    {
        var (k, v) = ((int)scores.size(1), (int)logits.size(1));
        var (s, z) = (scores.to(ScalarType.Float64), logits.to(ScalarType.Float64));
        var (best, ended) = (new List<double>(), new List<double>());
        for (var b = 0; b < scores.size(0); b++)
        {
            var sums = new List<double>();
            for (var i = 0; i < k; i++)
            {
                var row = z[b * k + i].data<double>().ToArray();
                var logMass = normalised ? 0 : row.Max() + Math.Log(row.Sum(x => Math.Exp(x - row.Max())));
                ended.Add(s[b, i].ToDouble() + (row[eos] - logMass));
                sums.AddRange(row.Where((_, token) => token != eos).Select(x => s[b, i].ToDouble() + (x - logMass)));
            }
            best.AddRange(sums.OrderDescending().Take((int)count));
        }
        return new(
            tensor(best.ToArray(), dtype: scores.dtype).reshape(scores.size(0), Math.Min(count, k * (v - 1))), empty(0), empty(0),
            tensor(ended.ToArray(), dtype: scores.dtype).reshape(scores.shape));
    };

    /// <inheritdoc/>
    public override Gen<BeamStepCase> Cases =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(1, 4)
        from v in Gen.Choose(1, 7)
        from count in Gen.Choose(0, 9)
        from normalised in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 3.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new BeamStepCase { B = b, K = k, V = v, Count = count, Normalised = normalised, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override bool HasKernel => true;

    /// <inheritdoc/>
    public override BeamStepCase Enlarge(BeamStepCase @case) => @case with { V = 4096 + 811 * @case.V, Count = 7 * @case.Count };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(3 * magnitude);

    /// <summary>The scores: which of two equal continuations is kept, a law of its own says.</summary>
    public override Tensor[] Call(Step op, BeamStepCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        using var scope = NewDisposeScope();
        var next = op(arguments[0].flatten(0, 1), arguments[1], @case.Eos, @case.Count, @case.Normalised);
        Tensor[] parts = [next.Scores, next.Ended];
        scope.MoveToOuter(parts);
        return parts;
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Step>> BadInputs =>
    [
        new("integer logits", "logits", () => [ones(2, 3, dtype: ScalarType.Int64), ones(1, 2)], (op, x) => op(x[0], x[1], 0, 1, false)),
        new("null for logits", "logits", () => [ones(1, 2)], (op, x) => op(null!, x[0], 0, 1, false)),
        new("integer scores", "scores", () => [ones(2, 3), ones(1, 2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], 0, 1, false)),
        new("null for scores", "scores", () => [ones(2, 3)], (op, x) => op(x[0], null!, 0, 1, false)),
        new("flat scores", "scores", () => [ones(2, 3), ones(2)], (op, x) => op(x[0], x[1], 0, 1, false)),
        new("no hypotheses", "scores", () => [ones(0, 3), ones(2, 0)], (op, x) => op(x[0], x[1], 0, 1, false)),
        new("logits of more rows than hypotheses", "logits", () => [ones(3, 3), ones(1, 2)], (op, x) => op(x[0], x[1], 0, 1, false)),
        new("logits of three dimensions", "logits", () => [ones(1, 2, 3), ones(1, 2)], (op, x) => op(x[0], x[1], 0, 1, false)),
        new("an empty vocabulary", "logits", () => [ones(2, 0), ones(1, 2)], (op, x) => op(x[0], x[1], 0, 1, false)),
        new("EOS 3 of 3", "eos", () => [ones(2, 3), ones(1, 2)], (op, x) => op(x[0], x[1], 3, 1, false)),
        new("EOS -1", "eos", () => [ones(2, 3), ones(1, 2)], (op, x) => op(x[0], x[1], -1, 1, false)),
        new("a negative count", "count", () => [ones(2, 3), ones(1, 2)], (op, x) => op(x[0], x[1], 0, -1, false)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Step, BeamStepCase>> OwnLaws =>
    [
        Own("parents and tokens say where a score comes from", "Parent's score and token's log-probability sum to it; all pairs differ; none is EOS.", (op, c) =>
        {
            var arguments = c.Draw().Select(a => a.Value).ToArray();
            var next = op(arguments[0].flatten(0, 1), arguments[1], c.Eos, c.Count, c.Normalised);
            var logProbs = c.Normalised ? arguments[0] : arguments[0].log_softmax(2);
            var sums = (arguments[1].unsqueeze(2) + logProbs).flatten(1);
            var places = next.Parents * c.V + next.Tokens;
            var twice = places.sort(1).Values.diff(dim: 1).eq(0).any();
            return Comparison.Same("score", next.Scores, sums.gather(1, places), Tolerance.Times(Math.Max(1, c.Scale)))
                .Then(() => Verdict.Require(!twice.ToBoolean(), "A continuation is there twice."))
                .Then(() => Verdict.Require(!next.Tokens.eq(c.Eos).any().ToBoolean(), "EOS goes on."));
        }),
        Own("of equals the first is kept", "Equal scores are ordered by hypothesis, then by token.", (op, c) =>
        {
            var next = op(zeros(c.B * c.K, c.V), zeros(c.B, c.K), c.Eos, c.Count, true);
            var order = from k in Enumerable.Range(0, c.K) from v in Enumerable.Range(0, c.V) where v != c.Eos select (long)(k * c.V + v);
            var expected = tensor([.. order.Take(c.Count)], dtype: ScalarType.Int64);
            return Comparison.Same("place", next.Parents * c.V + next.Tokens, expected.expand(c.B, -1), Tolerance);
        }),
    ];
}

using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Utilities of pairs of samples.</summary>
public sealed record UtilitiesCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Samples S.</summary>
    public required int S { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
        [new("utilities", Numbers().Reals(B, S, S)) { BatchDim = 0, ExtremesOfValue = [1e4, -1e4, double.NegativeInfinity] }];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (S > 1)
            yield return this with { S = S - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Minimum Bayes risk against adding up in a loop.</summary>
public sealed class MinimumBayesRiskSpec : Spec<Func<Tensor, Consensus>, UtilitiesCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Consensus> Op => Decode.MinimumBayesRisk;

    /// <inheritdoc/>
    public override Func<Tensor, Consensus> Oracle => utilities =>
    {
        var (chosen, means) = (new List<long>(), new List<double>());
        for (var b = 0; b < utilities.size(0); b++)
        {
            var rows = Enumerable.Range(0, (int)utilities.size(1))
                .Select(i => utilities[b, i].to(ScalarType.Float64).data<double>().ToArray().Average()).ToArray();
            chosen.Add(Array.IndexOf(rows, rows.Max()));
            means.AddRange(rows);
        }
        return new(tensor(chosen.ToArray(), dtype: ScalarType.Int64), tensor(means.ToArray(), dtype: utilities.dtype).reshape(utilities.size(0), utilities.size(1)));
    };

    /// <inheritdoc/>
    public override Gen<UtilitiesCase> Cases =>
        from b in Gen.Choose(1, 4)
        from s in Gen.Choose(1, 6)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new UtilitiesCase { B = b, S = s, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Consensus> op, UtilitiesCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(arguments);
        var consensus = op(arguments[0]);
        return [consensus.Chosen, consensus.Utilities];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Consensus>>> BadInputs =>
    [
        new("integer utilities", "utilities", () => [ones(2, 3, 3, dtype: ScalarType.Int64)], (op, x) => op(x[0])),
        new("null for utilities", "utilities", () => [], (op, _) => op(null!)),
        new("utilities that are not square", "utilities", () => [ones(2, 3, 4)], (op, x) => op(x[0])),
        new("utilities of one example without its dimension", "utilities", () => [ones(3, 3)], (op, x) => op(x[0])),
        new("no samples", "utilities", () => [ones(2, 0, 0)], (op, x) => op(x[0])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Consensus>, UtilitiesCase>> OwnLaws =>
    [
        Own("with exact match the most frequent one is chosen", "Of the sequences a, b, b, c the second is chosen.", (op, _) =>
        {
            var tokens = tensor([1L, 2, 3, 4, 3, 4, 5, 6]).reshape(1, 4, 2);
            var consensus = op(SequenceUtilities.Exact(tokens, full_like(tokens.select(2, 0), 2)));
            return Comparison.Same("choice", consensus.Chosen, tensor([1L]), Tolerance)
                .Then(() => Comparison.Same("utilities", consensus.Utilities, tensor([0.25, 0.5, 0.5, 0.25]).unsqueeze(0), Tolerance));
        }) with { Cases = 1 },
        Own("the chosen one need not be the most frequent", "Of abcd, abce, abcf, xyz, xyz by overlap a sequence of the family is chosen.", (op, _) =>
        {
            var tokens = tensor([1L, 2, 3, 4, 1, 2, 3, 5, 1, 2, 3, 6, 7, 8, 9, 0, 7, 8, 9, 0]).reshape(1, 5, 4);
            var consensus = op(SequenceUtilities.Overlap(tokens, tensor([4L, 4, 4, 3, 3]).unsqueeze(0)));
            return Verdict.Require(consensus.Chosen[0].ToInt64() < 3, $"Sequence {consensus.Chosen[0].ToInt64()} was chosen.");
        }) with { Cases = 1 },
    ];
}

using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>The best structures of some examples once each part costs something; null where an example has no structure at all.</summary>
/// <param name="examples">By number.</param>
/// <param name="costs">The parts' costs of each of them.</param>
internal delegate IReadOnlyList<Structure?> BestStructures(IReadOnlyList<int> examples, IReadOnlyList<double[]> costs);

/// <summary>The structures that have a share, of a batch: as tensors on the CPU, each example's padded to the same number N.</summary>
/// <param name="Parts"><c>[B, N, n]</c>, int64; 0 where there is none.</param>
/// <param name="Weights"><c>[B, N]</c>, float64; 0 where there is none.</param>
/// <param name="Rounds"><c>[B]</c>, int64: how many best structures were looked at.</param>
/// <param name="Gaps"><c>[B]</c>, float64.</param>
internal sealed record ActiveStructures(Tensor Parts, Tensor Weights, Tensor Rounds, Tensor Gaps);

/// <summary>One <see cref="ActiveSet"/> an example, in step: one question after the best structures a round, for all that are not done.</summary>
internal static class ActiveSets
{
    /// <summary>Solves all examples.</summary>
    /// <param name="batch">B.</param>
    /// <param name="parts">How many parts there are.</param>
    /// <param name="places">n, the most parts that a structure has.</param>
    /// <param name="rounds">The most questions.</param>
    /// <param name="best">Answers them.</param>
    public static ActiveStructures Solve(int batch, int parts, int places, int rounds, BestStructures best)
    {
        var all = Enumerable.Range(0, batch).ToArray();
        var free = new double[parts];
        var first = batch == 0 ? [] : best(all, [.. all.Select(_ => free)]);
        var sets = first.Select(structure => structure is null ? null : new ActiveSet(structure, parts)).ToArray();
        for (var round = 2; round <= rounds; round++)
        {
            var open = all.Where(b => sets[b] is { IsSettled: false }).ToArray();
            if (open.Length == 0)
                break;
            var answers = best(open, [.. open.Select(b => sets[b]!.Marginals)]);
            for (var i = 0; i < open.Length; i++)
                if (sets[open[i]]!.Consider(answers[i]) && round < rounds)                // the last question only measures
                    sets[open[i]]!.Enter(answers[i]!);
        }
        return Packed(sets, places);
    }

    /// <summary>Shares that keep their values and follow the scores, by the linear system that they solve while the set stays: <c>[B, N]</c>.</summary>
    /// <param name="weights">The shares, <c>[B, N]</c>, constants.</param>
    /// <param name="scores">What the structures score, <c>[B, N]</c>, differentiable.</param>
    /// <param name="choices">What each structure has at each place, <c>[B, N, n]</c>; padding, the same in all of them, changes nothing.</param>
    /// <param name="absent">True where there is no structure, or nothing that it could be exchanged for, <c>[B, N]</c>.</param>
    public static Tensor Following(Tensor weights, Tensor scores, Tensor choices, Tensor absent)
    {
        using var scope = NewDisposeScope();
        var common = choices.unsqueeze(1).eq(choices.unsqueeze(2)).sum(3, type: ScalarType.Float64);                      // G, [B, N, N]
        var none = absent.unsqueeze(1).logical_or(absent.unsqueeze(2));
        var unit = eye(choices.size(1), dtype: ScalarType.Float64, device: choices.device);
        var inverse = linalg.inv(where(none, unit, common)).masked_fill(none, 0);
        var even = inverse.sum(2, keepdim: true);                         // G⁻¹1
        var total = even.sum(1, keepdim: true);
        var response = inverse - even * even.transpose(1, 2) / total.masked_fill(total.eq(0), 1);
        return (weights + response.matmul((scores - scores.detach()).unsqueeze(2)).squeeze(2)).MoveToOuterDisposeScope();
    }

    /// <summary>What the structures make of the parts: <c>[B, n, w]</c>, by place and choice.</summary>
    /// <param name="weights">Shares, <c>[B, N]</c>.</param>
    /// <param name="choices"><c>[B, N, n]</c>, in [0, w).</param>
    /// <param name="valid">True where a place is, <c>[B, n]</c>.</param>
    /// <param name="width">w, the choices of a place.</param>
    public static Tensor Marginals(Tensor weights, Tensor choices, Tensor valid, int width)
    {
        using var scope = NewDisposeScope();
        var shares = (weights.unsqueeze(2) * valid.unsqueeze(1)).transpose(1, 2);                  // [B, n, N]
        return zeros([weights.size(0), valid.size(1), width], weights.dtype, weights.device)
            .scatter_add(2, choices.transpose(1, 2), shares).MoveToOuterDisposeScope();
    }

    private static ActiveStructures Packed(ActiveSet?[] sets, int places)
    {
        var most = sets.Select(set => set?.Structures.Count ?? 0).Append(1).Max();
        var (parts, weights) = (new long[sets.Length * most * places], new double[sets.Length * most]);
        for (var b = 0; b < sets.Length; b++)
            for (var i = 0; i < (sets[b]?.Structures.Count ?? 0); i++)
            {
                weights[b * most + i] = sets[b]!.Weights[i];
                var from = (b * most + i) * places;
                foreach (var part in sets[b]!.Structures[i])
                    parts[from++] = part;
            }
        return new(
            tensor(parts).reshape(sets.Length, most, places), tensor(weights).reshape(sets.Length, most),
            tensor([.. sets.Select(set => (long)(set?.Rounds ?? 1))], ScalarType.Int64),
            tensor([.. sets.Select(set => set?.Gap ?? 0)], ScalarType.Float64));
    }
}

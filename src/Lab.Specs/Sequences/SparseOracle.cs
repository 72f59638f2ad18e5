using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>SparseMAP of one example over the list of all its structures.</summary>
/// <param name="Marginals">μ by part: of a chain by valid place and tag, <c>[n, K]</c>. Differentiable.</param>
/// <param name="Objective">The value of the maximum, a scalar, differentiable.</param>
/// <param name="Clarity">How far the scores may move before other structures have the shares.</param>
/// <param name="Unique">Whether there is only one way to share.</param>
internal sealed record SparseOracle(Tensor Marginals, Tensor Objective, double Clarity, bool Unique)
{
    /// <summary>Chains with at most 81 paths, of scores that are decided and of such that are not.</summary>
    public static Gen<ChainCase> Cases =>
        from c in ChainCase.Any
        from scale in Gen.Elements(0.0, 0.3, 1.0, 1.0, 3.0, 1e3)
        select c with
        {
            B = Math.Min(c.B, 2),
            T = Math.Min(c.T, c.K switch { > 3 => 3, 3 => 4, _ => 5 }),
            Scale = scale,
            Form = CrfForm.Auto,
        };

    /// <summary>Null where every path is forbidden.</summary>
    public static SparseOracle? Of(AllPaths all, long tags)
    {
        if (all.Possible is not { } possible)
            return null;
        var places = all.Places.Count;
        var (paths, scores) = (all.Paths.index_select(0, possible), all.Scores.index_select(0, possible));
        if (places == 0)
            return new(zeros([0, tags], scores.dtype), scores.sum(), double.PositiveInfinity, Unique: true);
        var parts = nn.functional.one_hot(paths, tags).to(scores.dtype).reshape(-1, places * tags);                     // [P, n·K]
        var sparse = Over(parts, scores);
        return sparse with { Marginals = sparse.Marginals.reshape(places, tags) };
    }

    /// <summary>Of any list of structures.</summary>
    /// <param name="parts">1 where a structure has a part, <c>[P, parts]</c>, float64.</param>
    /// <param name="scores"><c>[P]</c>, finite, differentiable.</param>
    public static SparseOracle Over(Tensor parts, Tensor scores)
    {
        var numbers = parts.detach().contiguous().data<double>().ToArray();
        var (count, width) = ((int)parts.size(0), (int)parts.size(1));
        var common = new double[count, count];
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
                for (var part = 0; part < width; part++)
                    common[i, j] += numbers[i * width + part] * numbers[j * width + part];
        var solution = SimplexProgram.Solve(scores.detach().data<double>().ToArray(), common);

        // The exact shares of those that have one, by the bordered system; of many answers (shares that are not unique) the shortest.
        var support = tensor([.. solution.Support.Select(i => (long)i)], ScalarType.Int64);
        var (chosen, worth) = (parts.index_select(0, support), scores.index_select(0, support));
        var border = ones([support.numel(), 1], scores.dtype);
        var system = cat([cat([chosen.matmul(chosen.t()), border], 1), cat([border.t(), zeros([1, 1], scores.dtype)], 1)], 0);
        var singular = linalg.matrix_rank(system, rtol: 1e-8).ToInt64() < system.size(0);
        var most = worth.detach().max();
        var shares = linalg.pinv(system, rtol: 1e-10).matmul(cat([worth - most, ones([1], scores.dtype)]).unsqueeze(1)).narrow(0, 0, support.numel());
        var marginals = chosen.t().matmul(shares).squeeze(1);
        var objective = (shares.squeeze(1) * (worth - most)).sum() + most - 0.5 * marginals.square().sum();
        return new(marginals, objective, solution.Clarity, !singular);
    }

    /// <summary>Whether no finite difference leads to another set of paths.</summary>
    public static bool SmoothAt(ChainCase @case) => @case.Forbidden == 0 && ClarityOf(@case.Drawn()) > 1e-4 * Math.Max(1, 5 * @case.Scale);

    /// <summary>The least of a batch.</summary>
    public static double ClarityOf(ChainTensors x)
    {
        using var noGrad = no_grad();
        return AllPaths.Of(x with { Tags = null })
            .Select(all => Of(all, x.Emissions.size(2)) is { } sparse ? (sparse.Unique ? sparse.Clarity : 0) : double.PositiveInfinity).Append(double.PositiveInfinity).Min();
    }
}

using Lab.Core.Sequences;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>
/// The paths of a batch of chains as structures: tag k at the t-th valid place is part <c>t·K + k</c>. Scores are copies, in double
/// precision, on the CPU.
/// </summary>
internal sealed class ChainStructures
{
    private readonly double[] emissions, transitions, start, end;
    private readonly long[] lengths;
    private readonly (Tensor Transitions, Tensor Start, Tensor End, Tensor Valid) tables;

    /// <summary>Lives in its caller's scope.</summary>
    public ChainStructures(Chain chain)
    {
        (Length, Tags) = (chain.Length, (int)chain.Tags);
        tables = (Copy(chain.Transitions), Copy(chain.Start), Copy(chain.End), chain.Valid.cpu());
        (transitions, start, end) = (Numbers(tables.Transitions), Numbers(tables.Start), Numbers(tables.End));
        emissions = Numbers(Copy(chain.Emissions));
        lengths = chain.Batch == 0 ? [] : chain.Lengths.cpu().data<long>().ToArray();
    }

    private int Length { get; }

    private int Tags { get; }

    /// <summary>The best path of each chain by <see cref="Crf.Viterbi"/>, once each tag at each place costs something.</summary>
    public IReadOnlyList<Structure?> Best(IReadOnlyList<int> chains, IReadOnlyList<double[]> costs)
    {
        var size = Length * Tags;
        var reduced = new double[chains.Count * size];
        for (var i = 0; i < chains.Count; i++)
            for (var part = 0; part < size; part++)
                reduced[i * size + part] = emissions[chains[i] * size + part] - costs[i][part];
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rows = tensor([.. chains.Select(b => (long)b)], ScalarType.Int64);
        var tags = Crf.Viterbi(
            tensor(reduced).reshape(chains.Count, Length, Tags), tables.Transitions, tables.Start, tables.End,
            tables.Valid.index_select(0, rows)).Tags.data<long>().ToArray();
        return [.. chains.Select((b, i) => Path(b, tags.AsSpan(i * Length, Length)))];
    }

    private Structure? Path(int chain, ReadOnlySpan<long> tags)
    {
        var parts = new int[lengths[chain]];
        if (parts.Length == 0)
            return new(parts, 0);
        if (tags[0] < 0)                                                  // Viterbi found all paths forbidden
            return null;
        var score = start[tags[0]] + end[tags[parts.Length - 1]];
        for (var t = 0; t < parts.Length; t++)
        {
            parts[t] = t * Tags + (int)tags[t];
            score += emissions[chain * Length * Tags + parts[t]] + (t == 0 ? 0 : transitions[tags[t - 1] * Tags + tags[t]]);
        }
        return new(parts, score);
    }

    private static Tensor Copy(Tensor scores) => scores.detach().cpu().contiguous();

    private static double[] Numbers(Tensor scores) => scores.numel() == 0 ? [] : scores.data<double>().ToArray();
}

using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>A language model that is a table: the next token depends on the last n tokens, and on which source the row has.</summary>
/// <remarks>
/// <para>Formula: <c>logits = table[source, h, :]</c>, with the history <c>h = Σ y[t - i]·V^i</c> over the last n tokens,
/// <c>i = 0 .. n - 1</c>; tokens before the first count as 0.</para>
/// <para>Its use is that everything about it can be enumerated: with n at least the longest length it is a tree of all
/// prefixes, each with logits of its own, and all V^T sequences can be listed. A strategy that is right on it owes nothing to
/// luck.</para>
/// </remarks>
public sealed class MarkovModel : IDecoderModel
{
    private const double MostHistories = 1 << 24;
    private readonly long histories;

    /// <param name="table">Logits for every history, <c>[V^n, V]</c>, or <c>[S, V^n, V]</c> for S sources, floating point; kept,
    /// not copied.</param>
    /// <exception cref="ArgumentException">Not floating point, or the histories are no power of V.</exception>
    public MarkovModel(Tensor table)
    {
        Require.FloatingPoint(table);
        const string Wanted = "[V^n, V] or [S, V^n, V]";
        var (sources, vocabulary) = table.shape switch
        {
            [_, var v] => (1L, v),
            [var s, _, var v] => (s, v),
            _ => throw Require.BadShape(table, Wanted),
        };
        histories = table.size(-2);
        var (order, product) = (0, 1.0);
        while (product < histories && vocabulary > 1 && product < MostHistories)
            (order, product) = (order + 1, product * vocabulary);
        if (vocabulary == 0 || product != histories)
            throw Require.BadShape(table, Wanted);
        (Order, VocabularySize, Sources) = (order, vocabulary, sources);
        Table = table.dim() == 2 ? table.unsqueeze(0).DetachFromDisposeScope() : table;
    }

    /// <summary>The logits, <c>[S, V^n, V]</c>.</summary>
    public Tensor Table { get; }

    /// <summary>n, how many tokens back the model sees.</summary>
    public int Order { get; }

    /// <summary>V, how many tokens there are.</summary>
    public long VocabularySize { get; }

    /// <summary>S, how many sources there are.</summary>
    public long Sources { get; }

    /// <summary>A state that has read nothing.</summary>
    /// <param name="rows">N, how many rows; row i has source i where there are several, and then N must be their number.</param>
    /// <exception cref="ArgumentException">Another number of rows than of sources.</exception>
    public IDecoderState Start(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        if (Sources != 1 && rows != Sources)
            throw new ArgumentException($"rows must be the number of sources, {Sources}, got {rows}.", nameof(rows));
        using var scope = NewDisposeScope();
        var source = Sources == 1 ? zeros(rows, dtype: ScalarType.Int64, device: Table.device) : arange(rows, dtype: ScalarType.Int64, device: Table.device);
        return new TensorState(source, zeros_like(source));
    }

    /// <inheritdoc/>
    public DecoderStep Step(Tensor tokens, IDecoderState state)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (state is not TensorState { Tensors: [var source, var history] })
            throw new ArgumentException("state must be one that this model made.", nameof(state));
        Require.Shape(tokens, source.shape);
        Require.ClassIndices(tokens, VocabularySize, ignoreIndex: 0);
        using var scope = NewDisposeScope();
        var next = (history * VocabularySize + tokens).remainder(histories);
        var logits = Table.flatten(0, 1).index_select(0, source * histories + next);
        return new(logits.MoveToOuterDisposeScope(), new TensorState(source.alias(), next));
    }
}

using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>An automaton as tensors, and the state in which each row is.</summary>
internal sealed class AutomatonRows : IDisposable
{
    private readonly long vocabulary;
    private readonly Tensor transitions;                              // [Q · V]
    private readonly Tensor needs;                                    // [Q, V]: tokens to come after this one, EOS not counted
    private Tensor states;                                            // [N]

    public AutomatonRows(TokenAutomaton automaton, long rows, long eos, Device device)
    {
        using var scope = NewDisposeScope();
        vocabulary = automaton.VocabularySize;
        var next = Array.ConvertAll(automaton.Next, n => (long)Math.Max(n, 0));
        var need = Array.ConvertAll(automaton.Next, n => n == TokenAutomaton.No ? TokenAutomaton.Never : automaton.Distance[n]);
        for (var q = 0; q < automaton.States; q++)
        {
            next[q * vocabulary + eos] = q;                           // a row that has ended stays where it is
            need[q * vocabulary + eos] = automaton.Accepting[q] ? -1 : TokenAutomaton.Never;
        }
        transitions = tensor(next, device: device).DetachFromDisposeScope();
        needs = tensor(need, device: device).reshape(automaton.States, vocabulary).DetachFromDisposeScope();
        states = zeros(rows, dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
    }

    /// <summary>The tokens after which a row can still end in time, [N, V].</summary>
    /// <param name="left">How many tokens a row may still have, EOS counted.</param>
    public Tensor Allowed(int left) => needs.index_select(0, states) <= left - 2;

    public void Advance(Tensor tokens) => Set(transitions.index_select(0, states * vocabulary + tokens));

    public void Reorder(Tensor rows) => Set(states.index_select(0, rows));

    public void Dispose()
    {
        transitions.Dispose();
        needs.Dispose();
        states.Dispose();
    }

    private void Set(Tensor value)
    {
        states.Dispose();
        states = value.DetachFromDisposeScope();
    }
}

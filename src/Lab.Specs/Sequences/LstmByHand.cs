using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>An LSTM by its equations, one step and one layer after the other: the oracle of those that use the library's.</summary>
internal static class LstmByHand
{
    /// <summary>One step of one layer, for vectors.</summary>
    /// <param name="x">Input, <c>[..., E]</c>.</param>
    /// <param name="h">Hidden state, <c>[..., H]</c>.</param>
    /// <param name="c">Cell, <c>[..., H]</c>.</param>
    /// <param name="p">Parameters by name.</param>
    /// <param name="suffix">What the names end in: <c>l0</c>, <c>l1_reverse</c>.</param>
    public static (Tensor H, Tensor C) Step(Tensor x, Tensor h, Tensor c, IReadOnlyDictionary<string, Tensor> p, string suffix)
    {
        var gates = x.matmul(p[$"rnn.weight_ih_{suffix}"].t()) + p[$"rnn.bias_ih_{suffix}"]
            + h.matmul(p[$"rnn.weight_hh_{suffix}"].t()) + p[$"rnn.bias_hh_{suffix}"];
        var parts = gates.chunk(4, -1);
        var (input, forget, candidate, output) = (Sigmoid(parts[0]), Sigmoid(parts[1]), parts[2].tanh(), Sigmoid(parts[3]));
        var cell = forget * c + input * candidate;
        return (output * cell.tanh(), cell);
    }

    /// <summary>One layer over a whole sequence <c>[S, E]</c>, from one end to the other.</summary>
    public static Tensor Layer(Tensor sequence, long hidden, IReadOnlyDictionary<string, Tensor> p, string suffix, bool backwards)
    {
        var (h, c) = (zeros(hidden, dtype: sequence.dtype), zeros(hidden, dtype: sequence.dtype));
        var states = new List<Tensor>();
        foreach (var x in backwards ? sequence.unbind(0).Reverse() : sequence.unbind(0))
        {
            (h, c) = Step(x, h, c, p, suffix);
            states.Add(h);
        }
        if (backwards)
            states.Reverse();
        return stack(states, 0);
    }

    private static Tensor Sigmoid(Tensor z) => 1 / (1 + (-z).exp());
}

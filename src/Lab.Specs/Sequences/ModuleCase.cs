using Lab.Specs.Harness;
using Lab.Specs.Heads;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>The inputs of a module, and its numbers.</summary>
public abstract record ModuleCase : Case
{
    private const int ParameterStream = 15;

    /// <summary>What learns: names and shapes as the documentation has them.</summary>
    public abstract IReadOnlyList<StateEntry> Parameters { get; }

    /// <summary>What is saved and moved with the module, and does not learn.</summary>
    public virtual IReadOnlyList<StateEntry> Buffers => [];

    /// <summary>The tensors that the module is called with.</summary>
    public abstract IReadOnlyList<Argument> Inputs();

    /// <summary>The parameter in which extreme numbers must do no harm, where no input has any; null where there is none.</summary>
    protected virtual string? ExtremeParameter => null;

    /// <summary>Inputs, then parameters.</summary>
    public sealed override IReadOnlyList<Argument> Draw()
    {
        var numbers = Numbers(ParameterStream);
        return [.. Inputs(), .. Parameters.Select(p => new Argument(p.Name, numbers.Between(-1, 1, p.Shape))
        {
            Extremes = p.Name == ExtremeParameter ? [1e3, -1e3] : [],
        })];
    }

    /// <summary>The parameters of a drawn case, by name.</summary>
    internal IReadOnlyDictionary<string, Tensor> Named(IReadOnlyList<Tensor> drawn)
    {
        var first = drawn.Count - Parameters.Count;
        return Parameters.Select((p, i) => (p.Name, Value: drawn[first + i])).ToDictionary(p => p.Name, p => p.Value);
    }
}

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

    /// <summary>How many tensors of a drawn case hold parameters.</summary>
    internal int Packed => ExtremeParameter is null ? 1 : 2;

    /// <summary>
    /// Inputs, then parameters: all in one vector, since a module copies them into its own and does not see how they lie. The one
    /// with extreme numbers stands by itself.
    /// </summary>
    public sealed override IReadOnlyList<Argument> Draw()
    {
        var numbers = Numbers(ParameterStream);
        var rest = Rest().Sum(Size);
        return
        [
            .. Inputs(),
            .. from p in Parameters
               where p.Name == ExtremeParameter
               select new Argument(p.Name, numbers.Between(-1, 1, p.Shape)) { Extremes = [1e3, -1e3] },
            new("parameters", numbers.Between(-1, 1, rest)),
        ];
    }

    /// <summary>The parameters of a drawn case, by name.</summary>
    internal IReadOnlyDictionary<string, Tensor> Named(IReadOnlyList<Tensor> drawn)
    {
        var named = new Dictionary<string, Tensor>();
        if (ExtremeParameter is not null)
            named[ExtremeParameter] = drawn[^2];
        var first = 0L;
        foreach (var p in Rest())
        {
            named[p.Name] = drawn[^1].narrow(0, first, Size(p)).reshape(p.Shape);
            first += Size(p);
        }
        return named;
    }

    private IEnumerable<StateEntry> Rest() => Parameters.Where(p => p.Name != ExtremeParameter);

    private static long Size(StateEntry entry) => entry.Shape.Aggregate(1L, (product, size) => product * size);
}

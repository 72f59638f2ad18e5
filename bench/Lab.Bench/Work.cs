using Lab.Core.Kernels;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>One row of the bench: an op, forward and (where it has a gradient) backward, on float32 tensors of one size.</summary>
/// <remarks>The op and how it is called come from its spec; Python's version stands under the same name in peer.py.</remarks>
public sealed class Work
{
    private readonly Func<IReadOnlyList<Argument>> draw;
    private readonly int seed;

    private Work(
        string op, string size, int seed, Func<IReadOnlyList<Argument>> draw, IReadOnlyList<(string Name, Func<Tensor[], Tensor> Op)> forms,
        Func<Tensor[], Tensor> library, string libraryName)
    {
        (Op, Size, this.seed, this.draw) = (op, size, seed, draw);
        (Forms, Ours, Library, LibraryName) = (forms, forms[0].Op, library, libraryName);
    }

    /// <summary>The name of the op and of its spec, such as <c>CrossEntropy</c>.</summary>
    public string Op { get; }

    /// <summary>The size of its logits, such as <c>64 x 50257</c>.</summary>
    public string Size { get; }

    /// <summary>What the library's side calls, in words.</summary>
    public string LibraryName { get; }

    /// <summary>The kit's op.</summary>
    public Func<Tensor[], Tensor> Ours { get; }

    /// <summary>The kit's op in each of its forms, by name; the first is the one that runs by itself at sizes like these.</summary>
    public IReadOnlyList<(string Name, Func<Tensor[], Tensor> Op)> Forms { get; }

    /// <summary>
    /// Float32 numbers may differ by this part of the largest: sums over 50,000 classes are rounded in different orders (the
    /// library's gradient of log-softmax by 7e-6 there).
    /// </summary>
    public double MostDifference { get; private init; } = 5e-5;

    /// <summary>How many timed rounds are enough.</summary>
    public int Rounds { get; private init; } = int.MaxValue;

    /// <summary>The library op, in the same process.</summary>
    public Func<Tensor[], Tensor> Library { get; }

    /// <summary>
    /// What of a value is compared before the race; the value itself, where nothing else is said. A filter may lose or keep a
    /// token on its very boundary by a rounding, and -∞ differs from any number by more than all tolerance.
    /// </summary>
    public Func<Tensor, Tensor> Compared { get; init; } = value => value;

    /// <summary>Makes a row from a spec.</summary>
    /// <param name="spec">The op's spec.</param>
    /// <param name="size">The size, in words.</param>
    /// <param name="case">Sizes, options and seed.</param>
    /// <param name="library">The library op, plainly: an oracle may do more than the op itself to be right in every corner.</param>
    /// <param name="libraryName">What that calls, in words.</param>
    /// <param name="first">What the kit does to its inputs before the op, where the library's side does so too.</param>
    /// <param name="compared">What of a value is compared before the race; null for the value itself.</param>
    public static Work Of<TOp, TCase>(
        Spec<TOp, TCase> spec, string size, TCase @case, Func<Tensor[], Tensor> library, string libraryName,
        Func<Tensor[], Tensor[]>? first = null, Func<Tensor, Tensor>? compared = null)
        where TOp : Delegate
        where TCase : Case
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(@case);
        Tensor Ours(Tensor[] x) => spec.Call(spec.Op, @case, first is null ? x : first(x))[0];
        Tensor In(Form form, Tensor[] x)
        {
            using var only = Core.Kernels.Forms.Only(form);
            return Ours(x);
        }
        IReadOnlyList<(string Name, Func<Tensor[], Tensor> Op)> forms = spec.HasKernel
            ? [("kernel", x => In(Form.Kernel, x)), ("readable", x => In(Form.Readable, x))]
            : [("readable", Ours)];
        return new(spec.Name, size, @case.Seed, @case.Draw, forms, library, libraryName)
        {
            Compared = compared ?? (value => value),
        };
    }

    /// <summary>Draws the inputs from the case's seed.</summary>
    internal WorkInputs Draw()
    {
        using var scope = NewDisposeScope();
        var arguments = draw().Select(a => a.IsReal ? a.With(a.Value.to(ScalarType.Float32)) : a)
            .Select(a => a.With(a.Value.contiguous().requires_grad_(a.Differentiable))).ToArray();
        using var noGrad = no_grad();
        var shape = Library([.. arguments.Select(a => a.Value)]).shape;
        using var generator = new Generator((ulong)seed + 1, CPU);
        var upstream = randn(shape, dtype: ScalarType.Float32, generator: generator);
        foreach (var kept in arguments.Select(a => a.Value).Append(upstream))
            kept.MoveToOuterDisposeScope();
        return new(arguments, upstream);
    }

    /// <summary>Makes a row of an op whose forms are a parameter of its own.</summary>
    /// <param name="spec">The op's spec.</param>
    /// <param name="size">The size, in words.</param>
    /// <param name="case">Sizes, options and seed.</param>
    /// <param name="forms">The op in each form, by name; the first is the one that runs by itself.</param>
    /// <param name="library">What a user of the library writes, plainly.</param>
    /// <param name="libraryName">What that is, in words.</param>
    /// <param name="mostDifference">How far contenders may be apart: a loop over hundreds of places adds float32 numbers up, which the
    /// kernel does in float64.</param>
    public static Work Of<TOp, TCase>(
        Spec<TOp, TCase> spec, string size, TCase @case, IReadOnlyList<(string Name, Func<Tensor[], Tensor> Op)> forms,
        Func<Tensor[], Tensor> library, string libraryName, double mostDifference)
        where TOp : Delegate
        where TCase : Case
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(forms);
        IReadOnlyList<Argument> Draw() =>
            [.. @case.Draw().Select(a => a with { Differentiable = a.Differentiable && spec.IsDifferentiable })];
        return new(spec.Name, size, @case.Seed, Draw, forms, library, libraryName) { MostDifference = mostDifference };
    }

    /// <summary>Makes a row of a model whose parameters are inputs too.</summary>
    /// <param name="spec">The model's spec.</param>
    /// <param name="size">The size, in words.</param>
    /// <param name="case">Draws inputs and parameters.</param>
    /// <param name="forms">The model in each form, by name; the first is the one that runs by itself.</param>
    /// <param name="library">What a user of the library writes, plainly.</param>
    /// <param name="libraryName">What that is, in words.</param>
    /// <param name="rounds">How many timed rounds are enough, where one takes seconds.</param>
    /// <param name="mostDifference">How far contenders may be apart: through many layers a rounding decides here and there which
    /// side of a ReLU a number is on, or which of four a pool takes.</param>
    public static Work Of(
        Spec spec, string size, Case @case, IReadOnlyList<(string Name, Func<Tensor[], Tensor> Op)> forms,
        Func<Tensor[], Tensor> library, string libraryName, int rounds, double mostDifference)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(forms);
        return new(spec.Name, size, @case.Seed, @case.Draw, forms, library, libraryName) { Rounds = rounds, MostDifference = mostDifference };
    }

    /// <summary>Makes a row of work that is more than one op.</summary>
    /// <param name="name">Its name, under which peer.py has the same.</param>
    /// <param name="size">The size, in words.</param>
    /// <param name="seed">From which inputs are drawn.</param>
    /// <param name="draw">The inputs.</param>
    /// <param name="forms">The work in each form, by name; the first is the one that runs by itself.</param>
    /// <param name="library">What a user of the library writes, plainly.</param>
    /// <param name="libraryName">What that is, in words.</param>
    /// <param name="rounds">How many timed rounds are enough, where one takes seconds.</param>
    public static Work Of(
        string name, string size, int seed, Func<IReadOnlyList<Argument>> draw, IReadOnlyList<(string Name, Func<Tensor[], Tensor> Op)> forms,
        Func<Tensor[], Tensor> library, string libraryName, int rounds)
    {
        ArgumentNullException.ThrowIfNull(forms);
        return new(name, size, seed, draw, forms, library, libraryName) { Rounds = rounds };
    }

    /// <summary><c>CrossEntropy 64 x 50257</c>.</summary>
    public override string ToString() => $"{Op} {Size}";
}

/// <summary>A row's tensors: the op's arguments, and the gradient that comes from above.</summary>
internal sealed record WorkInputs(IReadOnlyList<Argument> Arguments, Tensor Upstream)
{
    public Tensor[] Values { get; } = [.. Arguments.Select(a => a.Value)];

    public Tensor[] Differentiable { get; } = [.. Arguments.Where(a => a.Differentiable).Select(a => a.Value)];
}

using System.Reflection;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>What a module computes, as a function of its sizes, its inputs and its numbers.</summary>
public delegate Tensor[] ModuleOp<in TCase>(
    TCase sizes, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> parameters);

/// <summary>
/// The spec of a module with several inputs. Its op makes the module, puts the case's numbers into it and calls it; its oracle
/// is the formula, in terms of the names in the state dictionary.
/// </summary>
/// <typeparam name="TModule">The module.</typeparam>
/// <typeparam name="TCase">Sizes and inputs.</typeparam>
public abstract class ModuleSpec<TModule, TCase> : Spec<ModuleOp<TCase>, TCase>
    where TModule : nn.Module
    where TCase : ModuleCase
{
    /// <inheritdoc/>
    public sealed override MemberInfo Subject => typeof(TModule);

    /// <summary>A new module of the case's sizes.</summary>
    protected internal abstract TModule Make(TCase @case);

    /// <summary>Calls a module, in the scope of the caller.</summary>
    protected internal abstract Tensor[] Run(TModule module, TCase @case, IReadOnlyList<Tensor> inputs);

    /// <summary>How many tensors <see cref="Run"/> makes besides those it gives back and those of the module's result.</summary>
    protected internal virtual int MadeByRun => 0;

    /// <summary>What the module should put out, by its definition.</summary>
    protected internal abstract Tensor[] Reference(TCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p);

    /// <summary>A case of usual size in which every parameter matters, for bad inputs and for laws of the module as a thing.</summary>
    protected internal abstract TCase Usual { get; }

    /// <summary>Laws of this module alone.</summary>
    protected virtual IEnumerable<Law<ModuleOp<TCase>, TCase>> ModelLaws => [];

    /// <inheritdoc/>
    public sealed override ModuleOp<TCase> Op => (sizes, inputs, parameters) =>
    {
        using var scope = NewDisposeScope();
        using var module = Build(sizes, parameters);
        return [.. Run(module, sizes, inputs).Select(t => t.MoveToOuterDisposeScope())];
    };

    /// <inheritdoc/>
    public sealed override ModuleOp<TCase> Oracle => Reference;

    /// <inheritdoc/>
    public sealed override IEnumerable<Law<ModuleOp<TCase>, TCase>> OwnLaws =>
        [.. LawsOfModules.Of(this).Select(law => law with { Cases = Math.Min(law.Cases, MostCases) }), .. ModelLaws];

    /// <inheritdoc/>
    public sealed override Tensor[] Call(ModuleOp<TCase> op, TCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        using var scope = NewDisposeScope();
        return [.. op(@case, arguments[..^@case.Packed], @case.Named(arguments)).Select(t => t.MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(50 * magnitude); // layers of sums

    /// <summary>A module with the case's numbers, of their dtype and on their device, with dropout off.</summary>
    protected internal TModule Build(TCase @case, IReadOnlyDictionary<string, Tensor> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var module = Make(@case);
        var like = parameters.Values.First();
        module.to(like.device, like.dtype);
        using (no_grad())
            foreach (var (name, parameter) in module.named_parameters())
                parameter.copy_(parameters[name]);
        module.eval();
        return module;
    }

    /// <summary>The module of a case with the numbers drawn, and the drawn inputs.</summary>
    protected internal (TModule Module, Tensor[] Inputs) Drawn(TCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        Tensor[] drawn = [.. @case.Draw().Select(a => a.Value)];
        return (Build(@case, @case.Named(drawn)), drawn[..^@case.Packed]);
    }

    /// <summary>Sizes or options that the constructor refuses.</summary>
    protected BadInput<ModuleOp<TCase>> Made(string description, string parameter, Action make) =>
        new(description, parameter, () => [], (_, _) => make());

    /// <summary>Inputs that a module of usual size refuses.</summary>
    protected BadInput<ModuleOp<TCase>> Given(string description, string parameter, Func<Tensor[]> inputs, Action<TModule, Tensor[]> call) =>
        new(description, parameter, inputs, (_, x) =>
        {
            using var scope = NewDisposeScope();
            using var module = Make(Usual);
            call(module, x);
        });
}

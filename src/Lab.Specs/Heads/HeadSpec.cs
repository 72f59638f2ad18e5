using System.Reflection;
using Lab.Specs.Harness;
using Lab.Specs.Laws;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Heads;

/// <summary>
/// The spec of a head. Its op is what makes one: a function from a case's sizes to a module. The numbers of the module are
/// arguments of the case, so that every generic law speaks of the parameters too: value, gradient, precision, layout.
/// </summary>
/// <typeparam name="TOutput">What the head puts out: a tensor, or a record of tensors.</typeparam>
/// <typeparam name="TCase">Sizes and options.</typeparam>
public abstract class HeadSpec<TOutput, TCase> : Spec<Func<TCase, nn.Module<Tensor, TOutput>>, TCase>
    where TCase : HeadCase
{
    /// <summary>The module's type.</summary>
    public abstract Type Head { get; }

    /// <inheritdoc/>
    public sealed override MemberInfo Subject => Head;

    /// <summary>What the head should put out, by its definition.</summary>
    /// <param name="case">Sizes and options.</param>
    /// <param name="features">The input.</param>
    /// <param name="p">The parameters by their names in the state dictionary.</param>
    public abstract TOutput Reference(TCase @case, Tensor features, IReadOnlyDictionary<string, Tensor> p);

    /// <summary>The tensors of an output that the laws compare, each with the features' leading dimensions.</summary>
    public abstract Tensor[] Tensors(TOutput output);

    /// <summary>Whether every parameter has a gradient other than 0 at the case's sizes.</summary>
    public virtual bool EverythingLearns(TCase @case) => true;

    /// <summary>Laws of this head alone.</summary>
    public virtual IEnumerable<Law<Func<TCase, nn.Module<Tensor, TOutput>>, TCase>> HeadLaws => [];

    /// <summary>A case of usual size, for bad inputs.</summary>
    public abstract TCase Usual { get; }

    /// <inheritdoc/>
    public sealed override Func<TCase, nn.Module<Tensor, TOutput>> Oracle =>
        c => new ReferenceModule<TOutput>((features, parameters) => Reference(c, features, parameters));

    /// <inheritdoc/>
    public sealed override IEnumerable<Law<Func<TCase, nn.Module<Tensor, TOutput>>, TCase>> OwnLaws =>
        [.. ModuleLaws.Of(this), .. HeadLaws];

    /// <inheritdoc/>
    public sealed override Tensor[] Call(Func<TCase, nn.Module<Tensor, TOutput>> op, TCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        using var scope = NewDisposeScope();
        using var head = Build(op, @case, arguments);
        return [.. Tensors(head.call(arguments[0])).Select(t => t.MoveToOuterDisposeScope())];
    }

    /// <summary>A head with the case's numbers, of their dtype and on their device.</summary>
    protected internal static nn.Module<Tensor, TOutput> Build(
        Func<TCase, nn.Module<Tensor, TOutput>> op, TCase @case, IReadOnlyList<Tensor> arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        var head = op(@case);
        head.to(arguments[0].device, arguments[0].dtype);
        for (var i = 1; i < arguments.Count; i++)
            Installed.Put(head, @case.Parameters[i - 1].Name, arguments[i]);
        return head;
    }

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(8 * magnitude); // sums of D products

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<TCase, nn.Module<Tensor, TOutput>>>> BadInputs =>
    [
        Features("features of another width", () => ones(2, Usual.D + 1)),
        Features("a scalar for features", () => ones([])),
        Features("integer features", () => ones(2, Usual.D, dtype: ScalarType.Int64)),
        Features("features of another dtype", () => ones(2, Usual.D, dtype: ScalarType.Float64)),
        Features("features on another device", () => ones([2, Usual.D], device: META)),
        new("null for features", "features", () => [], (op, _) => Use(op, Usual, null!)),
        Made("no width", "width", Usual with { D = 0 }),
    ];

    /// <summary>Features that the head refuses.</summary>
    protected BadInput<Func<TCase, nn.Module<Tensor, TOutput>>> Features(string description, Func<Tensor> features) =>
        new(description, "features", () => [features()], (op, x) => Use(op, Usual, x[0]));

    /// <summary>Sizes or options that the head's constructor refuses.</summary>
    protected static BadInput<Func<TCase, nn.Module<Tensor, TOutput>>> Made(string description, string parameter, TCase @case) =>
        new(description, parameter, () => [], (op, _) => op(@case).Dispose());

    private static void Use(Func<TCase, nn.Module<Tensor, TOutput>> op, TCase @case, Tensor features)
    {
        using var scope = NewDisposeScope();
        using var head = op(@case);
        head.call(features);
    }
}

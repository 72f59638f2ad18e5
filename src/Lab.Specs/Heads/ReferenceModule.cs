using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lab.Specs.Heads;

/// <summary>A module that is a formula: the oracle of a head.</summary>
internal sealed class ReferenceModule<TOutput>(Func<Tensor, IReadOnlyDictionary<string, Tensor>, TOutput> formula)
    : nn.Module<Tensor, TOutput>(nameof(ReferenceModule<>)), ITakesTensors
{
    private readonly Dictionary<string, Tensor> tensors = [];

    public void Put(string name, Tensor value) => tensors[name] = value;

    public override TOutput forward(Tensor input) => formula(input, tensors);
}

/// <summary>A module that keeps its numbers in its own way.</summary>
internal interface ITakesTensors
{
    /// <summary>Uses this tensor for the parameter of that name.</summary>
    void Put(string name, Tensor value);
}

/// <summary>
/// Gives a module a tensor for a parameter. It is that very tensor under a second handle: what the module computes
/// depends on it, and its gradient arrives there.
/// </summary>
internal static class Installed
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly MethodInfo register = typeof(nn.Module).GetMethod(
        "ConditionallyRegisterParameter", Any, [typeof(string), typeof(Parameter)])!;

    public static void Put(nn.Module module, string name, Tensor value)
    {
        if (module is ITakesTensors own)
        {
            own.Put(name, value);
            return;
        }
        var path = name.Split('.');
        var owner = path[..^1].Aggregate(module, (m, child) =>
            m.named_children().FirstOrDefault(c => c.name == child).module ?? throw Missing(module, name));
        using var old = owner.get_parameter(path[^1]) ?? throw Missing(module, name);
        var installed = new Parameter(value.alias(), value.requires_grad);
        var type = owner.GetType();
        if (type.GetProperty(path[^1], Any) is { CanWrite: true } property)
        {
            property.SetValue(owner, installed);
            return;
        }
        (type.GetField(path[^1], Any) ?? throw Missing(module, name)).SetValue(owner, installed);
        register.Invoke(owner, [path[^1], installed]);
    }

    private static InvalidOperationException Missing(nn.Module module, string name) => new(
        $"The module has no parameter named {name}. It has: {string.Join(", ", module.named_parameters().Select(p => p.name))}.");
}

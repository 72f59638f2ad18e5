using System.Reflection;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Core.Tests;

/// <summary>No op is without a spec.</summary>
public sealed class CatalogTests
{
    [Fact]
    public void Every_public_op_has_a_spec()
    {
        var specified = SpecCatalog.All.Select(s => s.Subject).ToHashSet();
        var missing = PublicOps().Where(op => !specified.Contains(op)).Select(op => $"{op.DeclaringType?.Name}.{op.Name}");
        Assert.Empty(missing);
    }

    [Fact]
    public void The_ops_are_seen_by_the_search_for_those_without_a_spec() =>
        Assert.Contains(typeof(Activation).GetMethod(nameof(Activation.Softmax))!, PublicOps());

    /// <summary>Public static methods that give a tensor, or a record that holds one; and modules.</summary>
    private static IEnumerable<MemberInfo> PublicOps() =>
        Methods().Concat<MemberInfo>(typeof(Activation).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(nn.Module)) && !t.IsAbstract));

    private static IEnumerable<MethodInfo> Methods() =>
        from type in typeof(Activation).Assembly.GetExportedTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where !method.IsSpecialName && HoldsTensor(method.ReturnType)
        select method;

    private static bool HoldsTensor(Type type) =>
        type == typeof(Tensor)
        || (type.IsGenericType && type.GetGenericArguments().Any(HoldsTensor))
        || (type.Assembly == typeof(Activation).Assembly && type.GetProperties().Any(p => p.PropertyType == typeof(Tensor)));
}

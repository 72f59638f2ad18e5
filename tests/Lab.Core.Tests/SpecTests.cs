using System.Reflection;
using Lab.Core.Activations;
using Lab.Core.Kernels;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Core.Tests;

/// <summary>Every op of the library keeps every law of its spec.</summary>
public sealed class SpecTests
{
    public static TheoryData<string, string> Laws()
    {
        var rows = new TheoryData<string, string>();
        foreach (var spec in SpecCatalog.All)
            foreach (var law in spec.LawNames)
                rows.Add(spec.Name, law);
        return rows;
    }

    [Theory, MemberData(nameof(Laws))]
    public void Law_holds(string op, string law)
    {
        var result = SpecCatalog.Of(op).Check(law);
        Assert.True(result.Passed, result.ToString());
    }

    public static TheoryData<string, string, string> LawsOfKernels()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var spec in SpecCatalog.All.Where(s => s.HasKernel))
            foreach (var law in spec.LawNames)
                foreach (var form in Enum.GetNames<Form>())
                    rows.Add(spec.Name, law, form);
        return rows;
    }

    /// <summary>At any size, where sizes would choose another one.</summary>
    [Theory, MemberData(nameof(LawsOfKernels))]
    public void Law_holds_in_either_form(string op, string law, string form)
    {
        using var only = Forms.Only(Enum.Parse<Form>(form));
        var result = SpecCatalog.Of(op).Check(law);
        Assert.True(result.Passed, result.ToString());
    }

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

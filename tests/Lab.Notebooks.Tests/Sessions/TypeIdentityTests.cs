using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Lab.Notebooks.Tests.Sessions;

/// <summary>What a cell references by path is what this process has: one TorchSharp, one LibTorch.</summary>
public sealed class TypeIdentityTests
{
    [Fact]
    public async Task A_copy_referenced_by_path_is_the_assembly_that_the_process_has()
    {
        using var folder = new TestFolder();
        var own = typeof(TorchSharp.torch).Assembly.Location;
        var copy = folder.At("TorchSharp.dll");
        File.Copy(own, copy);
        File.Copy(typeof(Lab.Core.Runtime.LibTorch).Assembly.Location, folder.At("Lab.Core.dll"));
        using var cells = new Cells(folder.Path);

        await cells.Run($"#r \"{copy}\"\n#r \"Lab.Core.dll\"\nLab.Core.Runtime.LibTorch.Load();\nvar t = TorchSharp.torch.arange(3);");
        Assert.Equal(own, await cells.Run("typeof(TorchSharp.torch).Assembly.Location"));
        Assert.Equal("1", await cells.Run("AppDomain.CurrentDomain.GetAssemblies().Count(a => a.GetName().Name == \"TorchSharp\")"));
        Assert.Equal("1", await cells.Run("AppDomain.CurrentDomain.GetAssemblies().Count(a => a.GetName().Name == \"Lab.Core\")"));
        Assert.Equal("3", await cells.Run("(int)t.sum().item<long>()"));
    }

    [Fact]
    public async Task Cells_before_and_after_a_reference_see_the_same_extension_methods()
    {
        using var cells = new Cells();
        await cells.Run("1.Display();");
        await cells.Run($"#r \"{typeof(Lab.Plots.Figure).Assembly.Location}\"\n#r \"{typeof(TorchSharp.torch).Assembly.Location}\"");
        await cells.Run("using Lab.Plots;\nusing TorchSharp;\nvar t = torch.zeros(2);\nt.Table().Display();");
        await cells.Run($"#r \"{typeof(Lab.Specs.Harness.Spec).Assembly.Location}\"");
        await cells.Run("using Lab.Plots;\nusing TorchSharp;\nt.Table().Display();\ntorch.ones(2).Table().Display();");
        Assert.Equal(2, cells.Events.Count);
    }

    [Fact]
    public async Task Another_assembly_referenced_by_path_is_loaded_from_there()
    {
        using var folder = new TestFolder();
        Compile(folder.At("Other.dll"), "public static class Other { public static int Answer => 42; }");
        using var cells = new Cells(folder.Path);
        Assert.Equal("42", await cells.Run("#r \"Other.dll\"\nOther.Answer"));
    }
    [Fact]
    public async Task An_outdated_copy_of_what_the_process_has_is_not_used()
    {
        using var folder = new TestFolder();
        Compile(folder.At("Lab.Core.dll"), "public static class Outdated { }");
        using var cells = new Cells(folder.Path);
        Assert.Equal("LibTorch", await cells.Run("#r \"Lab.Core.dll\"\ntypeof(Lab.Core.Runtime.LibTorch)"));
    }

    private static void Compile(string path, string code)
    {
        var cancel = TestContext.Current.CancellationToken;
        var compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path), [CSharpSyntaxTree.ParseText(code, cancellationToken: cancel)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)], new(OutputKind.DynamicallyLinkedLibrary));
        using var file = File.Create(path);
        Assert.True(compilation.Emit(file, cancellationToken: cancel).Success);
    }
}

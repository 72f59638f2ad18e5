using System.Text.Json.Nodes;
using Lab.Kernel.Install;
using Lab.Shared;

namespace Lab.Kernel.Tests.Install;

public sealed class KernelInstallerTests : IDisposable
{
    private const string Others = """{"argv":["dotnet-interactive"],"display_name":".NET (C#)","language":"C#"}""";

    private readonly TestFolder folder = new();
    private readonly JupyterFolder place;

    public KernelInstallerTests() => place = JupyterFolder.At(folder.Path);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_installed_kernel_leads_to_this_checkout_from_any_folder()
    {
        var installed = KernelInstaller.Install(place, "mine", replace: false);
        Assert.Equal(Path.Combine(folder.Path, "share", "jupyter", "kernels", "mine"), installed);
        var spec = JsonNode.Parse(File.ReadAllText(Path.Combine(installed, "kernel.json")))!;
        var program = spec["argv"]!.AsArray().Select(word => (string)word!).First(word => Path.GetFileName(word).StartsWith("lab", StringComparison.Ordinal));
        Assert.True(Path.IsPathRooted(program) && File.Exists(program), program);
        Assert.Equal(("C#", "message"), ((string?)spec["language"], (string?)spec["interrupt_mode"]));
        Assert.Equal(["kernel.json"], Directory.GetFiles(installed).Select(Path.GetFileName));
    }

    [Fact]
    public void Installing_again_changes_nothing()
    {
        var installed = KernelInstaller.Install(place, "mine", replace: false);
        var text = File.ReadAllText(Path.Combine(installed, "kernel.json"));
        KernelInstaller.Install(place, "mine", replace: false);
        Assert.Equal(text, File.ReadAllText(Path.Combine(installed, "kernel.json")));
    }

    [Fact]
    public void The_course_asks_for_the_name_that_as_dotnet_gives() => Assert.All(
        Directory.GetFiles(Path.Combine(Repository.Root, "notebooks"), "*.ipynb"),
        path => Assert.Equal(KernelInstaller.DotnetName, (string?)JsonNode.Parse(File.ReadAllText(path))!["metadata"]!["kernelspec"]!["name"]));

    [Fact]
    public void Another_kernel_of_that_name_is_replaced_only_when_told()
    {
        var theirs = folder.Write("share/jupyter/kernels/.net-csharp/kernel.json", Others);
        var problem = Assert.Throws<KernelException>(() => KernelInstaller.Install(place, KernelInstaller.DotnetName, replace: false));
        Assert.Contains("add --replace", problem.Message, StringComparison.Ordinal);
        Assert.Equal(Others, File.ReadAllText(theirs));

        KernelInstaller.Install(place, KernelInstaller.DotnetName, replace: true);
        Assert.NotEqual(Others, File.ReadAllText(theirs));
    }

    [Fact]
    public void Another_kernel_elsewhere_is_not_hidden_unless_told()
    {
        using var elsewhere = new TestFolder();
        elsewhere.Write("kernels/.net-csharp/kernel.json", Others);
        var before = Environment.GetEnvironmentVariable("JUPYTER_PATH");
        Environment.SetEnvironmentVariable("JUPYTER_PATH", elsewhere.Path);
        try
        {
            Assert.Throws<KernelException>(() => KernelInstaller.Install(place, KernelInstaller.DotnetName, replace: false));
        }
        finally
        {
            Environment.SetEnvironmentVariable("JUPYTER_PATH", before);
        }
    }

    [Fact]
    public void Only_this_kits_kernels_are_removed()
    {
        var theirs = folder.Write("share/jupyter/kernels/other/kernel.json", Others);
        KernelInstaller.Install(place, "a", replace: false);
        KernelInstaller.Install(place, "b", replace: false);

        Assert.EndsWith("a", Assert.Single(KernelInstaller.Uninstall(place, "a")), StringComparison.Ordinal);
        Assert.Throws<KernelException>(() => KernelInstaller.Uninstall(place, "other"));
        Assert.EndsWith("b", Assert.Single(KernelInstaller.Uninstall(place, null)), StringComparison.Ordinal);
        Assert.Empty(KernelInstaller.Uninstall(place, null));
        Assert.True(File.Exists(theirs));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("../up")]
    [InlineData("")]
    [InlineData("..")]
    public void A_name_that_would_leave_the_folder_is_refused(string name)
    {
        Assert.Throws<KernelException>(() => KernelInstaller.Install(place, name, replace: false));
        Assert.Throws<KernelException>(() => KernelInstaller.Uninstall(place, name));
    }
}

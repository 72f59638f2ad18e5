using System.Diagnostics;
using Lab.Core.Runtime;

namespace Lab.Core.Tests.Runtime;

/// <summary>
/// What only a process of its own can show, since a process loads LibTorch once.
/// The child is this very program, told to run one small test.
/// </summary>
public sealed class LibTorchProcessTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Processes_that_start_at_once_with_an_empty_cache_all_load()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Child(("XDG_CACHE_HOME", folder.Path))));
        Assert.All(results, result => Assert.Equal((0, ""), result));
        if (OperatingSystem.IsLinux())
            Assert.Equal(LibTorch.Load().Mended ? 1 : 0, folder.Files().Length);
    }

    [Fact]
    public async Task A_cached_copy_cut_short_is_made_anew()
    {
        Assert.SkipUnless(LibTorch.Load().Mended, "This system needs no mended copy.");
        await Child(("XDG_CACHE_HOME", folder.Path));
        var copy = Assert.Single(folder.Files());
        var length = new FileInfo(copy).Length;
        await File.WriteAllBytesAsync(copy, (await File.ReadAllBytesAsync(copy, Cancel))[..1_000_000], Cancel);
        Assert.Equal((0, ""), await Child(("XDG_CACHE_HOME", folder.Path)));
        Assert.Equal(length, new FileInfo(copy).Length);
    }

    [Fact]
    public async Task A_wrong_LAB_LIBTORCH_is_one_clear_line()
    {
        var (exit, error) = await Child((LibTorchPlace.Variable, "/nowhere"));
        Assert.Equal(1, exit);
        Assert.StartsWith("LAB_LIBTORCH names a folder that does not exist: /nowhere.", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public async Task Another_LibTorch_version_is_refused_before_it_loads()
    {
        folder.Write("torch/lib/" + NativeNames.Torch, "not even a library");
        folder.Write("torch/version.py", "__version__ = '2.7.1+cu126'");
        var (exit, error) = await Child((LibTorchPlace.Variable, folder["torch", "lib"]));
        Assert.Equal(1, exit);
        Assert.StartsWith("TorchSharp 0.107.0 needs LibTorch 2.10, and ", error, StringComparison.Ordinal);
        Assert.Contains("holds 2.7.1", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_LibTorch_of_ones_own_is_used()
    {
        Link("torch/lib");
        folder.Write("torch/version.py", "__version__ = '2.10.0+cpu'");
        Assert.Equal((0, ""), await Child((LibTorchPlace.Variable, folder["torch", "lib"])));
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(100)]
    [InlineData(0)]
    public async Task A_library_cut_short_is_an_error_and_not_a_crash(int length)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the system checks this itself.");
        Link("lib");
        var cpu = folder["lib", NativeNames.TorchCpu];
        var whole = new byte[length];
        await using (var file = File.OpenRead(cpu))
            await file.ReadExactlyAsync(whole, Cancel);
        File.Delete(cpu);
        await File.WriteAllBytesAsync(cpu, whole, Cancel);
        var (exit, error) = await Child((LibTorchPlace.Variable, folder["lib"]));
        Assert.Equal(1, exit);
        Assert.StartsWith($"{cpu} is damaged", error, StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Links this system's LibTorch into the test's folder.</summary>
    private void Link(string under)
    {
        Directory.CreateDirectory(folder[under.Split('/')]);
        foreach (var file in Directory.GetFiles(LibTorch.Load().Folder))
        {
            var link = folder[[.. under.Split('/'), Path.GetFileName(file)]];
            if (OperatingSystem.IsWindows())                          // links need a privilege there
                File.Copy(file, link);
            else
                File.CreateSymbolicLink(link, file);
        }
    }

    private static async Task<(int Exit, string Error)> Child(params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(LibTorchProcessTests).Assembly.Location);
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(LibTorchTests)}.{nameof(LibTorchTests.Loads_the_version_that_TorchSharp_was_made_for)}");
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync(Cancel);
        var error = await child.StandardError.ReadToEndAsync(Cancel);
        await output;
        await child.WaitForExitAsync(Cancel);
        return (child.ExitCode, error.Trim());
    }
}

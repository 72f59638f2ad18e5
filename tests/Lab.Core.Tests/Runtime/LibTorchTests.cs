using System.Reflection;
using System.Runtime.InteropServices;
using Lab.Core.Runtime;
using TorchSharp;

namespace Lab.Core.Tests.Runtime;

public sealed class LibTorchTests
{
    [Fact]
    public void Loads_the_version_that_TorchSharp_was_made_for()
    {
        var info = LibTorch.Load();
        Assert.StartsWith("2.10.", info.Version, StringComparison.Ordinal);
        Assert.True(File.Exists(info.ShimPath));
        Assert.Equal(3, torch.ones(3).sum().ToSingle());
        Assert.Same(info, LibTorch.Load());
    }

    [Fact]
    public void Mends_exactly_where_the_system_is_older_than_GCC_13()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a libstdc++ of the system's.");
        Assert.Equal(StandardLibrary.Find()!.Newest < new Version(3, 4, 32), LibTorch.Load().Mended);
    }

    /// <summary>Else TorchSharp looks for itself, and may copy all of LibTorch into the NuGet cache.</summary>
    [Fact]
    public void TorchSharp_knows_that_its_library_is_there()
    {
        foreach (var name in TorchSharpBinding.Switches)
        {
            var known = typeof(torch).GetField(name, BindingFlags.NonPublic | BindingFlags.Static);
            Assert.True((bool?)known?.GetValue(null), name);
        }
    }

    [Fact]
    public void Loads_from_many_threads_at_once() =>
        Assert.Single(ParallelEnumerable.Range(0, 64).Select(_ => LibTorch.Load()).ToHashSet(ReferenceEqualityComparer.Instance));

    /// <summary>Else its threads spin, and on a busy machine every small operation waits for a time slice.</summary>
    [Fact]
    public void Worker_threads_sleep_while_they_wait()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux's LibTorch uses GCC's OpenMP.");
        LibTorch.Load();
        Assert.Equal(Environment.GetEnvironmentVariable(OpenMp.WaitPolicy) ?? "passive", Marshal.PtrToStringUTF8(Native(OpenMp.WaitPolicy)));
    }

    [DllImport("libc", EntryPoint = "getenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint Native(string name);
}

using Lab.Core.Runtime;

namespace Lab.Core.Tests.Runtime;

/// <summary>The real native libraries, as the packages hold them.</summary>
internal static class Natives
{
    /// <summary>TorchSharp's library for Linux; its package holds every platform's.</summary>
    public static string LinuxShim { get; } = Path.Combine(
        LibTorchPlace.Metadata("TorchSharpPackage")!, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    /// <summary>A libstdc++ that offers all that the library needs, but for some versions.</summary>
    public static StandardLibrary Without(params string[] versions) => new(
        "/old/libstdc++.so.6",
        new ElfFile(File.ReadAllBytes(LinuxShim), LinuxShim).VersionNeeds()
            .Select(need => need.Version).Except(versions).ToHashSet());
}

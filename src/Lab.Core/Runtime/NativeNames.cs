using System.Runtime.InteropServices;

namespace Lab.Core.Runtime;

/// <summary>What LibTorch's files and packages are called on this platform.</summary>
internal static class NativeNames
{
    /// <summary>The platform as NuGet names it, such as <c>linux-x64</c>.</summary>
    public static string Rid { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");

    /// <summary>TorchSharp's native library.</summary>
    public static string Shim { get; } = FileName("LibTorchSharp");

    /// <summary>The library that brings in all of LibTorch.</summary>
    public static string Torch { get; } = FileName("torch");

    /// <summary>The library that holds LibTorch's operations on the CPU.</summary>
    public static string TorchCpu { get; } = FileName("torch_cpu");

    /// <summary>The library that holds LibTorch's operations on CUDA devices.</summary>
    public static string TorchCuda { get; } = FileName("torch_cuda");

    /// <summary>The library that holds LibTorch's tensors.</summary>
    public static string C10 { get; } = FileName("c10");

    /// <summary>Where a package or a program keeps its native files for this platform.</summary>
    public static string NativeFolder { get; } = Path.Combine("runtimes", Rid, "native");

    private static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
}

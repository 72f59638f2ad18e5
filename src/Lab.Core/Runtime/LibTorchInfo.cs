namespace Lab.Core.Runtime;

/// <summary>The kind of place that LibTorch was found in, in the order of search.</summary>
public enum LibTorchSource
{
    /// <summary>The folder named by the environment variable <c>LAB_LIBTORCH</c>.</summary>
    Environment,

    /// <summary>The program's own folder: a published app, or a CUDA build.</summary>
    Program,

    /// <summary>The NuGet package, used where it lies.</summary>
    Package,
}

/// <summary>What <see cref="LibTorch.Load"/> loaded, and from where.</summary>
/// <param name="Version">LibTorch's version, such as <c>2.10.0</c>.</param>
/// <param name="Source">The kind of place it was found in.</param>
/// <param name="Folder">The folder that holds LibTorch's libraries.</param>
/// <param name="ShimPath">TorchSharp's native library, as loaded: the original or its mended copy.</param>
/// <param name="Mended">Whether a mended copy was loaded, since this system's libstdc++ is older than GCC 13's.</param>
/// <param name="Cuda">Whether this LibTorch was built with CUDA; says nothing about the machine.</param>
public sealed record LibTorchInfo(
    string Version, LibTorchSource Source, string Folder, string ShimPath, bool Mended, bool Cuda)
{
    /// <summary>The source in words, such as <c>NuGet package</c>.</summary>
    public string SourceName => Source switch
    {
        LibTorchSource.Environment => LibTorchPlace.Variable,
        LibTorchSource.Program => "beside the program",
        _ => "NuGet package",
    };

    /// <summary>
    /// One line without paths, so that a notebook or a log reads the same on every machine of a kind:
    /// <c>LibTorch 2.10.0, NuGet package, mended, CPU</c>.
    /// </summary>
    public override string ToString() => $"LibTorch {Version}, {SourceName}, {(Mended ? "mended, " : "")}{(Cuda ? "CUDA" : "CPU")}";
}

using System.Text.RegularExpressions;

namespace Lab.Core.Runtime;

/// <summary>Finds out which LibTorch a folder holds, before and after it is loaded.</summary>
internal static partial class LibTorchVersion
{
    /// <summary>
    /// The version that the files beside the libraries state: <c>version.py</c> of a PyTorch install,
    /// <c>build-version</c> of an unpacked LibTorch; null where there is neither.
    /// </summary>
    /// <param name="folder">The folder that holds the libraries.</param>
    public static Version? OfFolder(string folder)
    {
        var above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder));
        foreach (var file in new[] { "version.py", "build-version" })
        {
            var path = Path.Combine(above ?? folder, file);
            if (File.Exists(path) && Parse(File.ReadAllText(path)) is { } version)
                return version;
        }
        return null;
    }

    /// <summary>The first version in a text, such as <c>2.10.0+cu128</c>; null where there is none.</summary>
    public static Version? Parse(string text) =>
        Pattern().Match(text) is { Success: true } match && Version.TryParse(match.Value, out var version) ? version : null;

    /// <summary>The version that a loaded LibTorch states about itself (its stable ABI has done so since 2.8).</summary>
    /// <param name="library">The handle of the library with the CPU operations.</param>
    public static unsafe Version? OfLoaded(nint library)
    {
        if (!System.Runtime.InteropServices.NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var address))
            return null;
        var packed = ((delegate* unmanaged[Cdecl]<ulong>)address)();  // one byte each, from the top
        return new((int)(packed >> 56), (int)(packed >> 48 & 0xff), (int)(packed >> 40 & 0xff));
    }

    /// <summary>Checks that TorchSharp can work with this LibTorch; a patch release may differ.</summary>
    /// <exception cref="LibTorchException">Another version.</exception>
    public static void Check(Version? found, LibTorchPlace place)
    {
        if (found is not null && (found.Major, found.Minor) == (LibTorch.WantedVersion.Major, LibTorch.WantedVersion.Minor))
            return;
        if (found is null && place.Source == LibTorchSource.Package)
            return;                                                   // the package's own version says it
        var remedy = place.Source == LibTorchSource.Environment
            ? $"Set {LibTorchPlace.Variable} to a LibTorch {LibTorch.WantedVersion.ToString(2)}, or unset it."
            : $"Put LibTorch {LibTorch.WantedVersion} there, as the packages of this build have it.";
        throw new LibTorchException(
            $"TorchSharp {LibTorchPlace.TorchSharpVersion} needs LibTorch {LibTorch.WantedVersion.ToString(2)}, and {place.Folder} holds "
            + (found is null ? "one older than 2.8." : $"{found}."), remedy);
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex Pattern();
}

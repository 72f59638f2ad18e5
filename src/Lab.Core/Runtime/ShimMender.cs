using System.Security.Cryptography;
using Lab.Shared;

namespace Lab.Core.Runtime;

/// <summary>
/// TorchSharp's native library was linked with GCC 13. On an older Linux (Debian 12, Ubuntu 22.04) the loader refuses
/// it for the sake of a marker that nothing calls; there a mended copy in the user's cache is loaded instead.
/// </summary>
internal static class ShimMender
{
    /// <summary>
    /// The versions that the library needs and the system's libstdc++ lacks.
    /// Asking the files is the only safe way: after a failed load the process cannot try again.
    /// </summary>
    public static List<string> Missing(ReadOnlySpan<byte> image, string name, StandardLibrary system) =>
        [.. new ElfFile(image, name).VersionNeeds()
            .Where(need => need.Library == StandardLibrary.FileName && !need.Weak && !system.Versions.Contains(need.Version))
            .Select(need => need.Version)];

    /// <summary>The path to load: the original's where the system has all it needs, else the mended copy's.</summary>
    /// <param name="original">TorchSharp's native library.</param>
    /// <param name="system">The system's libstdc++.</param>
    /// <param name="cache">The folder for mended copies; null for none.</param>
    /// <exception cref="LibTorchException">The system is older than mending can make up for.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static string Ready(string original, StandardLibrary system, string? cache)
    {
        var image = File.ReadAllBytes(original);
        var missing = Missing(image, original, system);
        if (missing.Count == 0)
            return original;
        if (missing.Find(version => !ElfPatcher.CanWeaken(image, version, original)) is { } called)
            throw new LibTorchException(
                $"This system's libstdc++ ({system.Path}, up to GLIBCXX_{system.Newest}) is too old for LibTorch: it lacks {called}.",
                "Use a system with GCC 12's libstdc++ or newer: Ubuntu 22.04, Debian 12, Fedora 36, or later.");
        var key = Convert.ToHexStringLower(SHA256.HashData(image));
        foreach (var version in missing)
            ElfPatcher.Weaken(image, version, original);
        return Store(image, Path.Combine(key, NativeNames.Shim), cache);
    }

    /// <summary>The mended bytes as a file: the cached one where it is whole, else a new one.</summary>
    private static string Store(ReadOnlySpan<byte> mended, string place, string? cache)
    {
        if (cache is not null)
        {
            try
            {
                var path = Path.Combine(cache, place);
                if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(mended))
                    AtomicFile.Write(path, mended);
                return path;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // A home folder that cannot be written: a folder of this process serves as well.
            }
        }
        var temporary = Path.Combine(Directory.CreateTempSubdirectory("lab-kit-").FullName, NativeNames.Shim);
        File.WriteAllBytes(temporary, mended);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(temporary)!, recursive: true);
        return temporary;
    }
}

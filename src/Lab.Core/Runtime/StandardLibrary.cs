using System.Runtime.InteropServices;

namespace Lab.Core.Runtime;

/// <summary>The C++ standard library (libstdc++) of a Linux system.</summary>
/// <param name="Path">The file.</param>
/// <param name="Versions">The symbol versions it offers.</param>
public sealed record StandardLibrary(string Path, IReadOnlySet<string> Versions)
{
    /// <summary>The file's name, as other libraries ask for it.</summary>
    public const string FileName = "libstdc++.so.6";

    /// <summary>GCC 12's version (Debian 12, Ubuntu 22.04): with mending, LibTorch loads.</summary>
    public static Version Gcc12 { get; } = new(3, 4, 30);

    /// <summary>GCC 13.2's version (Ubuntu 24.04, Debian 13): LibTorch loads as it is.</summary>
    public static Version Gcc13 { get; } = new(3, 4, 32);

    /// <summary>The newest GLIBCXX version offered, such as <c>3.4.30</c> (GCC 12); null where there is none.</summary>
    public Version? Newest { get; } = Versions
        .Select(name => name.StartsWith("GLIBCXX_", StringComparison.Ordinal) && Version.TryParse(name[8..], out var version) ? version : null)
        .Max();

    /// <summary>
    /// The library that this process has mapped, or would map; null where there is none.
    /// A library that is mapped serves everything loaded after it, whatever else the system has.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static StandardLibrary? Find()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        if (Mapped() is null)
            NativeLibrary.TryLoad(FileName, out _);
        return Mapped() is { } path ? Read(path) : null;
    }

    private static StandardLibrary Read(string path) =>
        new(path, new ElfFile(File.ReadAllBytes(path), path).VersionDefinitions());

    private static string? Mapped() => File.ReadLines("/proc/self/maps")
        .Select(line => line.IndexOf('/') is var at and >= 0 ? line[at..] : "")
        .FirstOrDefault(path => System.IO.Path.GetFileName(path).StartsWith("libstdc++.so", StringComparison.Ordinal));
}

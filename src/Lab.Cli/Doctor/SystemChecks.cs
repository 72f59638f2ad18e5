using System.Runtime.InteropServices;
using Lab.Core.Runtime;
using Lab.Shared;

namespace Lab.Cli.Doctor;

/// <summary>The checkout, .NET and the system's C++ library.</summary>
internal static class SystemChecks
{
    /// <summary>The system, for reports of problems.</summary>
    public static Finding System() => new(
        Health.Ok, "system", $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores");

    /// <summary>The folder of the course.</summary>
    public static Finding Checkout()
    {
        try
        {
            return new(Health.Ok, "checkout", Repository.Root);
        }
        catch (DirectoryNotFoundException problem)
        {
            return new(Health.Wrong, "checkout", problem.Message, "Start ./lab in a checkout of the lab kit.");
        }
    }

    /// <summary>The runtime and the SDK that builds the kit.</summary>
    public static Finding DotNet() => DotNet(Environment.Version, Cli.DotNet.Sdks());

    /// <summary>As <see cref="DotNet()"/>, for given versions.</summary>
    public static Finding DotNet(Version runtime, IReadOnlyList<string> sdks) =>
        sdks.Any(sdk => Version.TryParse(sdk.Split('-')[0], out var version) && version.Major >= 10)
            ? new(Health.Ok, ".NET", $"runtime {runtime}, SDK {string.Join(", ", sdks)}")
            : new(Health.Wrong, ".NET", $"runtime {runtime}, " + (sdks.Count == 0 ? "no SDK" : $"SDK {string.Join(", ", sdks)}"),
                "Install the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0");

    /// <summary>libstdc++, which decides whether TorchSharp's native library must be mended.</summary>
    public static Finding? CppLibrary()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return CppLibrary(StandardLibrary.Find());
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new(Health.Wrong, "libstdc++", problem.Message, "Install your distribution's package libstdc++6 again.");
        }
    }

    /// <summary>As <see cref="CppLibrary()"/>, for a given one.</summary>
    public static Finding CppLibrary(StandardLibrary? library) => library?.Newest switch
    {
        null => new(Health.Wrong, "libstdc++", "none", "Install your distribution's package of it: libstdc++6 on Debian and Ubuntu."),
        var newest when newest >= StandardLibrary.Gcc13 => new(Health.Ok, "libstdc++", $"GLIBCXX {newest}, {library.Path}"),
        var newest when newest >= StandardLibrary.Gcc12 =>
            new(Health.Ok, "libstdc++", $"GLIBCXX {newest}, {library.Path}: older than GCC 13's, which mending makes up for"),
        var newest => new(Health.Wrong, "libstdc++", $"GLIBCXX {newest}, {library.Path}: older than GCC 12's",
            "Use Ubuntu 22.04, Debian 12, Fedora 36, or later."),
    };
}

using System.Runtime.InteropServices;

namespace Lab.Cli;

/// <summary>The .NET that runs this program.</summary>
internal static class DotNet
{
    /// <summary>Its root folder, with the SDKs in it.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Its <c>dotnet</c> program; the one on the PATH where this program brought its own .NET.</summary>
    public static string Program
    {
        get
        {
            var own = Path.Combine(Root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
            return File.Exists(own) ? own : "dotnet";
        }
    }

    /// <summary>The versions of its SDKs, such as <c>10.0.401</c>.</summary>
    public static List<string> Sdks() => Directory.Exists(Path.Combine(Root, "sdk"))
        ? [.. Directory.GetDirectories(Path.Combine(Root, "sdk"), "*.*.*").Select(folder => Path.GetFileName(folder)!).Order()]
        : [];
}

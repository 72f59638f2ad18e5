using Lab.Core.Runtime;

namespace Lab.Grading.Isolation;

/// <summary>The files that the judged process is made of, and nothing else of the kit: no specs, no oracles, no labs.</summary>
internal static class WorkerFiles
{
    /// <summary>The program.</summary>
    public const string Program = "Lab.Grading.Worker.dll";

    private static readonly string[] needed =
    [
        Program, "Lab.Grading.Worker.runtimeconfig.json", "Lab.Core.dll", "TorchSharp.dll", "SkiaSharp.dll",
        "ICSharpCode.SharpZipLib.dll", "Google.Protobuf.dll",
    ];

    /// <summary>The folder that holds them; some may be links to packages.</summary>
    public static string Folder { get; } = Path.GetDirectoryName(typeof(Worker.Frame).Assembly.Location)!;

    /// <summary>Name and real path of each.</summary>
    public static IReadOnlyList<(string Name, string Path)> All { get; } =
        [
            .. needed.Select(name => (name, Real(Path.Combine(Folder, name)))).Where(file => File.Exists(file.Item2)),
            (Path.GetFileName(LibTorch.Load().ShimPath), LibTorch.Load().ShimPath),     // beside the program it is found first
        ];

    /// <summary>The dotnet program that runs this process's framework.</summary>
    public static string Dotnet { get; } = FindDotnet();

    /// <summary>Folders outside the kit that the process reads: the framework and LibTorch.</summary>
    public static IReadOnlyList<string> Folders => [.. new[] { Path.GetDirectoryName(Dotnet)!, LibTorch.Load().Folder }.Distinct()];

    /// <summary>A file, or what a link leads to in the end.</summary>
    public static string Real(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static string FindDotnet()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;      // .../shared/Microsoft.NETCore.App/10.0.0
        var root = Path.GetFullPath(Path.Combine(framework, "..", "..", ".."));
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        return File.Exists(Path.Combine(root, name)) ? Path.Combine(root, name) : Environment.ProcessPath ?? name;
    }
}

using System.Reflection;
using TorchSharp;

namespace Lab.Core.Runtime;

/// <summary>Where LibTorch and TorchSharp's native library lie.</summary>
/// <param name="Source">The kind of place LibTorch was found in.</param>
/// <param name="Folder">The folder that holds LibTorch's libraries.</param>
/// <param name="Shim">The path of TorchSharp's native library.</param>
internal sealed record LibTorchPlace(LibTorchSource Source, string Folder, string Shim)
{
    /// <summary>The environment variable that names a LibTorch of one's own.</summary>
    public const string Variable = "LAB_LIBTORCH";

    /// <summary>Finds both: in <c>LAB_LIBTORCH</c>, beside the program, in the NuGet packages.</summary>
    /// <exception cref="LibTorchException">Nothing there, or <c>LAB_LIBTORCH</c> leads nowhere.</exception>
    public static LibTorchPlace Find() => Find(
        Environment.GetEnvironmentVariable(Variable),
        [AppContext.BaseDirectory, Path.GetDirectoryName(typeof(LibTorchPlace).Assembly.Location)],
        PackageRoots());

    /// <summary>As <see cref="Find()"/>, for given places.</summary>
    /// <param name="wish">The value of <c>LAB_LIBTORCH</c>, or null.</param>
    /// <param name="programs">Folders of the program.</param>
    /// <param name="packages">Folders that hold NuGet packages as <c>id/version</c>.</param>
    public static LibTorchPlace Find(string? wish, IEnumerable<string?> programs, IReadOnlyList<string> packages)
    {
        var beside = programs.OfType<string>().Where(folder => folder.Length > 0)
            .SelectMany(folder => new[] { Path.Combine(folder, NativeNames.NativeFolder), folder }).Distinct().ToList();
        var torchPackages = PackageFolders(packages, $"libtorch-cpu-{NativeNames.Rid}", Metadata("LibTorchVersion"), Metadata("LibTorchPackage"));
        var shimPackages = PackageFolders(packages, "torchsharp", TorchSharpVersion, Metadata("TorchSharpPackage"));

        var (source, folder) =
            !string.IsNullOrWhiteSpace(wish) ? (LibTorchSource.Environment, Wished(wish))
            : Holder(beside, NativeNames.Torch) is { } own ? (LibTorchSource.Program, own)
            : Holder(torchPackages, NativeNames.Torch) is { } package ? (LibTorchSource.Package, package)
            : throw Missing(beside, torchPackages);
        var shim = Holder([folder, .. beside, .. shimPackages], NativeNames.Shim)
            ?? throw new LibTorchException(
                $"TorchSharp's native library ({NativeNames.Shim}) is not in {string.Join(", ", shimPackages)}.",
                "Run `dotnet restore` in the checkout, and build again.");
        return new(source, folder, Path.Combine(shim, NativeNames.Shim));
    }

    /// <summary>TorchSharp's version as its package states it, such as <c>0.107.0</c>.</summary>
    public static string TorchSharpVersion { get; } = typeof(torch).Assembly.GetName().Version!.ToString(3);

    private static string Wished(string wish)
    {
        string[] tries = [wish, Path.Combine(wish, "lib"), Path.Combine(wish, "torch", "lib")];
        return Holder(tries.Select(Path.GetFullPath), NativeNames.Torch) ?? throw new LibTorchException(
            Directory.Exists(wish)
                ? $"{Variable} names a folder without {NativeNames.Torch}: {wish}."
                : $"{Variable} names a folder that does not exist: {wish}.",
            $"Set it to the folder that holds {NativeNames.Torch} (of a PyTorch install: torch/lib), or unset it.");
    }

    private static LibTorchException Missing(List<string> beside, List<string> packages) =>
        NativeNames.Rid is "linux-x64" or "win-x64" or "osx-arm64"
            ? new($"LibTorch ({NativeNames.Torch}) is neither beside the program ({beside[^1]}) nor in {string.Join(", ", packages)}.",
                $"Run `dotnet restore` in the checkout and build again, or set {Variable} to a LibTorch {LibTorch.WantedVersion} folder.")
            : new($"There is no LibTorch package for {NativeNames.Rid}.",
                $"Use Linux x64, Windows x64 or macOS on Apple silicon, or set {Variable} to a LibTorch {LibTorch.WantedVersion} folder.");

    private static string? Holder(IEnumerable<string> folders, string file) =>
        folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, file)));

    /// <summary>The package as the build knew it, then as the usual folders have it.</summary>
    private static List<string> PackageFolders(IReadOnlyList<string> roots, string id, string? version, string? built) =>
        [.. new[] { built }.Concat(roots.Select(root => Path.Combine(root, id, version ?? "")))
            .Where(folder => !string.IsNullOrEmpty(folder))
            .Select(folder => Path.Combine(folder!, NativeNames.NativeFolder)).Distinct()];

    private static List<string> PackageRoots()
    {
        var named = Environment.GetEnvironmentVariable("NUGET_PACKAGES");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return [.. new[] { named, home.Length > 0 ? Path.Combine(home, ".nuget", "packages") : null }
            .OfType<string>().Where(folder => folder.Length > 0)];
    }

    internal static string? Metadata(string key) => typeof(LibTorchPlace).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(item => item.Key == key)?.Value is { Length: > 0 } value ? value : null;
}

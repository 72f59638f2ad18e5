using System.Runtime.InteropServices;

namespace Lab.Core.Runtime;

/// <summary>Finds LibTorch, mends what an older system needs mended, and loads it.</summary>
/// <remarks>
/// <para>Call <see cref="Load"/> once, before anything touches TorchSharp; later calls cost nothing.</para>
/// <para>Search: the folder in <c>LAB_LIBTORCH</c> (a PyTorch install's <c>torch/lib</c>, or an unpacked LibTorch);
/// the program's own folder; the NuGet packages, used where they lie.</para>
/// </remarks>
public static class LibTorch
{
    private static readonly Lazy<LibTorchInfo> loaded = new(LoadNow);

    /// <summary>The LibTorch version that this build's TorchSharp was made for.</summary>
    public static Version WantedVersion { get; } = Version.Parse(LibTorchPlace.Metadata("LibTorchVersion") ?? "2.10.0");

    /// <summary>Loads LibTorch once per process, for all threads.</summary>
    /// <returns>What was loaded, and from where.</returns>
    /// <exception cref="LibTorchException">
    /// It cannot be loaded. Later calls throw the same again: a failed load cannot be repeated in one process.
    /// </exception>
    public static LibTorchInfo Load() => loaded.Value;

    private static LibTorchInfo LoadNow()
    {
        var place = LibTorchPlace.Find();
        try
        {
            return LoadFrom(place);
        }
        catch (InvalidDataException damaged)
        {
            throw new LibTorchException(damaged.Message, Repair(place), damaged);
        }
        catch (Exception problem) when (problem is DllNotFoundException or BadImageFormatException)
        {
            throw new LibTorchException($"LibTorch in {place.Folder} does not load: {OneLine(problem.Message)}", Repair(place), problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LibTorchException($"LibTorch in {place.Folder} cannot be read: {OneLine(problem.Message)}", Repair(place), problem);
        }
    }

    private static LibTorchInfo LoadFrom(LibTorchPlace place)
    {
        if (LibTorchVersion.OfFolder(place.Folder) is { } stated)
            LibTorchVersion.Check(stated, place);
        OpenMp.SleepWhileWaiting();
        var cpu = LoadTorch(place.Folder);
        var version = LibTorchVersion.OfLoaded(cpu);
        LibTorchVersion.Check(version, place);                        // a wrong one crashes at its first missing symbol

        var shim = StandardLibrary.Find() is { } system
            ? ShimMender.Ready(place.Shim, system, UserCache.Folder)
            : place.Shim;
        TorchSharpBinding.Bind(NativeLibrary.Load(shim));
        return new((version ?? WantedVersion).ToString(), place.Source, place.Folder, shim,
            Mended: shim != place.Shim, Cuda: File.Exists(Path.Combine(place.Folder, NativeNames.TorchCuda)));
    }

    /// <summary>Loads LibTorch's libraries by their paths, so that no other one of the system comes in.</summary>
    /// <returns>The handle of the library with the CPU operations.</returns>
    private static nint LoadTorch(string folder)
    {
        string[] names = [NativeNames.C10, NativeNames.TorchCpu, NativeNames.TorchCuda, NativeNames.Torch];
        var paths = names.Select(name => Path.Combine(folder, name)).Where(File.Exists).ToList();
        if (OperatingSystem.IsLinux())
            paths.ForEach(ElfExtent.Check);
        if (!OperatingSystem.IsWindows())
            return NativeLibrary.Load(Path.Combine(folder, NativeNames.Torch));   // first of all; brings in the rest
        paths.ForEach(path => NativeLibrary.Load(path));              // torch.dll brings in nothing
        return NativeLibrary.Load(Path.Combine(folder, NativeNames.TorchCpu));
    }

    private static string Repair(LibTorchPlace place) => place.Source switch
    {
        LibTorchSource.Environment => $"Set {LibTorchPlace.Variable} to a whole LibTorch {WantedVersion.ToString(2)}, or unset it.",
        LibTorchSource.Program => "Publish the program again.",
        _ => $"Delete {Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(place.Folder)))}, and run `dotnet restore --force` in the checkout.",
    };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}

using System.Diagnostics;
using System.Globalization;

namespace Lab.Grading.Isolation;

/// <summary>How student code is kept apart: in bubblewrap where that works, else by limits alone.</summary>
/// <remarks>
/// In bubblewrap the process sees a read-only system, the few files of the worker, LibTorch, and an empty folder for temporary files
/// that dies with it; no network, no other processes, no capabilities, no terminal. Everywhere on Unix the shell's limits hold too.
/// </remarks>
internal sealed class Sandbox
{
    /// <summary>The name of the good kind, as reports state it.</summary>
    public const string Bubblewrap = "bubblewrap";

    private const string Kit = "/kit";

    private static readonly Lazy<Sandbox> best = new(Find);

    private readonly string? bwrap;

    private Sandbox(string? bwrap, string name)
    {
        this.bwrap = bwrap;
        Name = name;
    }

    /// <summary>The best that this machine has.</summary>
    public static Sandbox Best => best.Value;

    /// <summary>Limits alone, wherever.</summary>
    public static Sandbox LimitsOnly(string why) => new(null, $"limits only: {why}");

    /// <summary>As reports state it: "bubblewrap", or "limits only: why".</summary>
    public string Name { get; }

    /// <summary>Whether files, network and other processes are out of reach.</summary>
    public bool IsTight => bwrap is not null;

    /// <summary>How to start a worker.</summary>
    /// <param name="limits">What it may use.</param>
    /// <param name="folder">An empty folder of its own, for where there is no bubblewrap.</param>
    public ProcessStartInfo Start(ProcessLimits limits, string folder)
    {
        string[] program = IsTight
            ? [bwrap!, .. Walls(), "--", WorkerFiles.Dotnet, $"{Kit}/{WorkerFiles.Program}"]
            : [WorkerFiles.Dotnet, Path.Combine(WorkerFiles.Folder, WorkerFiles.Program)];
        if (!OperatingSystem.IsWindows())
            program = ["/bin/sh", "-c", Limited(limits), .. program];
        var start = new ProcessStartInfo(program[0], program[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        var inherited = start.Environment.Where(v => OperatingSystem.IsWindows() || kept.Contains(v.Key)).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in inherited)
            start.Environment[name] = value;
        foreach (var (name, value) in Variables(limits))
            start.Environment[name] = value;
        if (!IsTight)
            foreach (var name in new[] { "TMPDIR", "TMP", "TEMP" })
                start.Environment[name] = folder;
        return start;
    }

    private static readonly HashSet<string> kept = ["PATH", "HOME", "XDG_CACHE_HOME", "NUGET_PACKAGES", "LAB_LIBTORCH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

    private static IEnumerable<(string Name, string Value)> Variables(ProcessLimits limits) =>
    [
        ("DOTNET_GCHeapHardLimit", limits.MemoryBytes.ToString("x", CultureInfo.InvariantCulture)),
        ("DOTNET_gcServer", "0"),
        ("DOTNET_gcConcurrent", "0"),
        ("DOTNET_EnableDiagnostics", "0"),
        ("DOTNET_DbgEnableMiniDump", "0"),
        ("DOTNET_EnableWriteXorExecute", "0"),                        // its memory file would meet the limit of file sizes
        ("DOTNET_TieredPGO", "0"),
        ("DOTNET_TieredCompilation", "1"),
        ("DOTNET_NOLOGO", "1"),
        ("OMP_NUM_THREADS", "1"),
        ("MKL_NUM_THREADS", "1"),
        ("TZ", "UTC"),
        ("LANG", "C.UTF-8"),
    ];

    /// <summary>The shell's limits: time, file sizes, memory that can be written on, open files, no core dumps.</summary>
    private static string Limited(ProcessLimits limits) => string.Create(CultureInfo.InvariantCulture,
        $"ulimit -c 0; ulimit -t {limits.CpuSeconds}; ulimit -f {ProcessLimits.FileBytes / 512}; ulimit -n 256; "
        + $"ulimit -d {(limits.MemoryBytes + ProcessLimits.OwnBytes) / 1024} 2>/dev/null; exec \"$0\" \"$@\"");

    private static List<string> Walls()
    {
        List<string> walls =
        [
            "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--hostname", "lab", "--die-with-parent", "--new-session",
            "--cap-drop", "ALL", "--ro-bind", "/usr", "/usr",
        ];
        foreach (var place in new[] { "/lib", "/lib64", "/lib32", "/bin", "/sbin" })
            if (new DirectoryInfo(place) is { LinkTarget: { } target })
                walls.AddRange(["--symlink", target, place]);
            else
                walls.AddRange(["--ro-bind-try", place, place]);
        walls.AddRange(["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--proc", "/proc", "--dev", "/dev"]);
        walls.AddRange(["--size", ProcessLimits.FileBytes.ToString(CultureInfo.InvariantCulture), "--tmpfs", "/tmp"]);
        foreach (var folder in WorkerFiles.Folders)
            walls.AddRange(["--ro-bind", folder, folder]);
        foreach (var (name, path) in WorkerFiles.All)
            walls.AddRange(["--ro-bind", path, $"{Kit}/{name}"]);
        walls.AddRange(["--chdir", "/tmp", "--remount-ro", "/"]);
        return walls;
    }

    private static Sandbox Find()
    {
        if (!OperatingSystem.IsLinux())
            return LimitsOnly($"bubblewrap is a program of Linux, and this is {(OperatingSystem.IsWindows() ? "Windows" : "macOS")}");
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, "bwrap")).FirstOrDefault(File.Exists);
        if (path is null)
            return LimitsOnly("bubblewrap (bwrap) is not installed");
        using var trial = Process.Start(new ProcessStartInfo(path, [.. Walls(), "--", WorkerFiles.Dotnet, "--list-runtimes"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        trial.OutputDataReceived += (_, _) => { };
        trial.BeginOutputReadLine();
        var complaint = trial.StandardError.ReadToEnd();
        trial.WaitForExit();
        return trial.ExitCode == 0
            ? new(path, Bubblewrap)
            : LimitsOnly($"bubblewrap does not work here ({Remote.RemoteExceptions.Clean(complaint)})");
    }
}

using System.Diagnostics;
using Lab.Kernel.Install;
using Lab.Shared;

namespace Lab.Kernel.Tests.Clients;

/// <summary>Jupyter's own clients, from the system's packages, and a folder in which they find this kit's kernel.</summary>
public sealed class PythonClients : IDisposable
{
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(20);

    private readonly TestFolder folder = new();

    public PythonClients()
    {
        var place = JupyterFolder.At(folder.Path);
        KernelInstaller.Install(place, KernelInstaller.DefaultName, replace: false);
        KernelInstaller.Install(place, KernelInstaller.DotnetName, replace: true);
        Python = new[] { Environment.GetEnvironmentVariable("LAB_PYTHON"), "/usr/bin/python3", "python3" }
            .FirstOrDefault(python => !string.IsNullOrEmpty(python) && Has(python, "import jupyter_client, nbclient, nbformat, jupyter_kernel_test"));
        HasNotebook = Python is not null && Has(Python, "import notebook, tornado");
    }

    /// <summary>The Python that has the clients; null where none has.</summary>
    public string? Python { get; }

    /// <summary>Whether Jupyter Notebook is there.</summary>
    public bool HasNotebook { get; }

    /// <summary>Runs a script of this folder and returns what it printed; it must end well.</summary>
    public string Run(string script, params IEnumerable<string> arguments)
    {
        Assert.SkipWhen(Python is null, "No Python with jupyter_client, nbclient and jupyter_kernel_test: `bash .ci/jupyter` installs Debian's packages.");
        var path = Path.Combine(Repository.Root, "tests", "Lab.Kernel.Tests", "Clients", script);
        var (exitCode, printed) = Start(Python!, [path, .. arguments], limit);
        Assert.True(exitCode == 0, $"{script} ended with {exitCode}:\n{printed}");
        return printed;
    }

    public void Dispose() => folder.Dispose();

    private bool Has(string python, string imports)
    {
        try
        {
            return Start(python, ["-c", imports], TimeSpan.FromSeconds(20)).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private (int ExitCode, string Printed) Start(string python, IEnumerable<string> arguments, TimeSpan time)
    {
        var start = new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["JUPYTER_PATH"] = Path.Combine(folder.Path, "share", "jupyter");
        start.Environment["JUPYTER_DATA_DIR"] = folder.At("data");
        start.Environment["JUPYTER_CONFIG_DIR"] = folder.At("config");
        start.Environment["JUPYTER_RUNTIME_DIR"] = folder.At("runtime");
        start.Environment["LAB_ROOT"] = Repository.Root;
        start.Environment["LAB_SCRATCH"] = folder.Path;
        start.Environment["LAB_KERNEL"] = KernelInstaller.DefaultName;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["PYTHONUNBUFFERED"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(time))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{string.Join(' ', arguments)} did not end within {time}.");
        }
        return (process.ExitCode, output.Result + errors.Result);
    }
}

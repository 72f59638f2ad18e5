using Lab.Bench;
using Lab.Kernel.Install;
using Spectre.Console;

namespace Lab.Cli;

/// <summary>The part of <c>lab bench</c> that starts kernels.</summary>
internal static class BenchStarts
{
    /// <summary>The report with the starts of the kit's kernel, installed in a folder of the bench's own.</summary>
    public static async Task<BenchReport> AddAsync(BenchReport report, int rounds, bool python, CancellationToken cancel)
    {
        if (!python)
            return report with { WithoutStarts = "they are timed from Python, which was to be left out." };
        var folder = Directory.CreateTempSubdirectory("lab-bench-").FullName;
        try
        {
            KernelInstaller.Install(JupyterFolder.At(folder), KernelInstaller.DefaultName, replace: true);
            var starts = new KernelStarts(KernelInstaller.DefaultName, Path.Combine(folder, "share", "jupyter"), rounds)
            {
                Progress = what => { if (!Terminal.Live) Console.Error.WriteLine(what); },
            };
            var (rows, problem) = ((IReadOnlyList<StartRow>)[], (string?)null);
            Task Work() => Task.Run(() => (rows, problem) = starts.Run(cancel), cancel);
            await (Terminal.Live ? Terminal.Out.Status().StartAsync("Starting kernels", _ => Work()) : Work());
            return report with { Starts = rows, WithoutStarts = problem };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Grading.Tests.Classes;
using Lab.Shared;

namespace Lab.Grading.Tests.Slurm;

/// <summary>The job files for Slurm on a real slurmctld and slurmd, started on loopback for the test.</summary>
public sealed class SlurmTests : IDisposable
{
    private readonly ClassFolder folder = new();

    public void Dispose()
    {
        Run("bash", [Script("cluster"), "stop", folder["cluster"]]);
        folder.Dispose();
    }

    [Fact(Timeout = 600_000)]
    public async Task A_class_in_shards_gets_the_grades_of_one_process_though_a_worker_is_killed()
    {
        Assert.SkipUnless(Environment.UserName == "root" && Found("slurmctld") && Found("slurmd") && Found("munged"),
            "Slurm is not installed (.ci/slurm brings it), or this is not root.");
        foreach (var (student, code) in new[] { ("ada", Sample.Solution), ("grace", "public static class Lab { }"), ("linus", "this is no C#") })
            for (var i = 0; i < 2; i++)
                folder.With($"class/{student}{i}/Lab.cs", code + new string('\n', i));

        var lab = Path.Combine(Repository.Root, "lab");
        string[] chosen = ["--lab", "90", "--labs", Path.GetDirectoryName(Sample.Folder)!];
        var alone = Run(lab, ["grade", folder["class"], .. chosen, "--out", folder["alone"], "--format", "json"]);
        Assert.True(alone.Exit == 0, alone.Text);

        var started = Run("bash", [Script("cluster"), "start", folder["cluster"], $"{20_000 + Environment.ProcessId % 20_000}"]);
        Assert.True(started.Exit == 0, started.Text);
        var submit = Path.Combine(Repository.Root, "labs", "hosts", "slurm", "submit");
        var waiting = Task.Run(() => Run("bash",
        [
            submit, "--class", folder["class"], "--lab", "90", "--shards", "3", "--out", folder["shards"], "--wait", "--", "--labs", Path.GetDirectoryName(Sample.Folder)!,
        ], ("SLURM_CONF", folder["cluster/slurm.conf"])), TestContext.Current.CancellationToken);

        var killed = await KillAShard(waiting);
        var submitted = await waiting;
        var log = string.Join("\n", Directory.EnumerateFiles(folder["shards"], "*.log").Select(File.ReadAllText));
        Assert.True(submitted.Exit == 0, submitted.Text + log);
        Assert.True(killed, "No shard was seen running, so none was killed.\n" + log);
        Assert.Contains("the grader was killed", log, StringComparison.Ordinal);
        Assert.Contains("run 2", log, StringComparison.Ordinal);
        Assert.Equal(Grades(folder["alone/grades.json"]), Grades(folder["shards/grades/grades.json"]));
    }

    /// <summary>Kills the first grader that runs as a shard, as the kernel does where memory runs out.</summary>
    private static async Task<bool> KillAShard(Task running)
    {
        while (!running.IsCompleted)
        {
            foreach (var process in Process.GetProcesses().Where(p => p.ProcessName == "dotnet"))
            {
                using (process)
                {
                    try
                    {
                        var line = await File.ReadAllTextAsync($"/proc/{process.Id}/cmdline");
                        if (!line.Contains("\0--shard\02/3\0", StringComparison.Ordinal))
                            continue;
                        process.Kill();
                        return true;
                    }
                    catch (Exception problem) when (problem is IOException or InvalidOperationException or UnauthorizedAccessException)
                    {
                        // It has ended meanwhile.
                    }
                }
            }
            await Task.Delay(50);
        }
        return false;
    }

    /// <summary>The grades without what depends on the clock.</summary>
    private static string Grades(string file)
    {
        var grades = JsonNode.Parse(File.ReadAllText(file))!;
        foreach (var report in grades["reports"]!.AsArray())
        {
            report!.AsObject().Remove("seconds");
            foreach (var law in report["laws"]!.AsArray())
                law!.AsObject().Remove("seconds");
        }
        return grades.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static (int Exit, string Text) Run(string program, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text + error.Result);
    }

    private static bool Found(string program) =>
        new[] { "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/sbin" }.Any(f => File.Exists(Path.Combine(f, program)));

    private static string Script(string name, [CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, name);
}

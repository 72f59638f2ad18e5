using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Shared;

namespace Lab.Bench;

/// <summary>Starts the kit's Jupyter kernel and Python's own in turns, and times their first answers with one and the same client.</summary>
/// <param name="Spec">The name of the kit's kernel.</param>
/// <param name="JupyterPath">The folder in which Jupyter finds it.</param>
/// <param name="Rounds">How often each is started.</param>
public sealed record KernelStarts(string Spec, string JupyterPath, int Rounds)
{
    private const string Kit = "kit";
    private const string Python = "Python";

    private static readonly string[] questions = ["first 1 + 1", "first tensor", "a completion, warm"];

    /// <summary>Is told what is at work.</summary>
    public Action<string> Progress { get; init; } = _ => { };

    /// <summary>Runs all rounds.</summary>
    /// <returns>The rows; and why there are none, or none of Python's. Null for no such problem.</returns>
    /// <exception cref="InvalidOperationException">The kit's kernel did not answer.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public (IReadOnlyList<StartRow> Rows, string? Problem) Run(CancellationToken cancel = default)
    {
        string? problem = null;
        foreach (var python in PythonPeer.Programs(Environment.GetEnvironmentVariable(PythonPeer.Variable)))
        {
            try
            {
                var lines = Lines(python, cancel).ToList();
                if (lines is [{ } only] && only["error"] is { } missing && only["kernel"] is null)
                    problem = $"{python} has no jupyter_client ({(string?)missing})";
                else if (lines.Count > 0)
                    return Rows(lines);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                problem ??= $"there is no {python}";
            }
        }
        return ([], $"{problem ?? "no Python started"}. `pip install jupyter-client ipykernel` gets it; {PythonPeer.Variable} names the Python to use.");
    }

    internal static (IReadOnlyList<StartRow> Rows, string? Problem) Rows(IReadOnlyList<JsonNode> lines)
    {
        if (Problem(Kit) is { } ours)
            throw new InvalidOperationException($"The kit's kernel did not answer: {ours}");
        var rows = questions
            .Select(what => (What: what, Ours: Times(Kit, what), Python: Times(Python, what)))
            .Where(row => row.Ours is not null)
            .Select(row => new StartRow(row.What, row.Ours!, row.Python));
        return ([.. rows], Problem(Python) is { } theirs ? $"Python's kernel did not answer: {theirs}" : null);

        string? Problem(string kernel) =>
            (string?)lines.FirstOrDefault(line => (string?)line["kernel"] == kernel && line["error"] is not null)?["error"];

        Seconds? Times(string kernel, string what) => Seconds.Of(lines
            .Where(line => (string?)line["kernel"] == kernel)
            .Select(line => line["seconds"]?[what]).OfType<JsonNode>().Select(seconds => (double)seconds));
    }

    private IEnumerable<JsonNode> Lines(string python, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(python, ["-u", Path.Combine(Repository.Root, "bench", "kernels.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["JUPYTER_PATH"] = JupyterPath;
        start.Environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1";
        using var process = Process.Start(start)!;
        using var stop = cancel.Register(() => process.Kill(entireProcessTree: true));
        process.ErrorDataReceived += (_, _) => { };                          // the kernels' logs
        process.BeginErrorReadLine();
        process.StandardInput.WriteLine(JsonSerializer.Serialize(new { rounds = Rounds, kernels = Kernels(python) }));
        process.StandardInput.Close();
        var count = 0;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var said = JsonNode.Parse(line)!;
            if (said["kernel"] is not null)
                Progress($"starts of kernels, {++count} of {2 * Rounds}");
            yield return said;
        }
        process.WaitForExit();
        cancel.ThrowIfCancellationRequested();
    }

    private object[] Kernels(string python) =>
    [
        new
        {
            name = Kit,
            spec = Spec,
            folder = Path.Combine(Repository.Root, "notebooks"),
            cells = Cells("1 + 1", "#!import kit.csx\nTorchSharp.torch.ones(3).sum().item<float>()"),
            complete = new[] { questions[2], "TorchSharp.torch.on" },
        },
        new
        {
            name = Python,
            argv = new[] { python, "-m", "ipykernel_launcher", "-f", "{connection_file}" },
            folder = Path.Combine(Repository.Root, "notebooks"),
            cells = Cells("1 + 1", "import torch\ntorch.ones(3).sum()"),
            complete = new[] { questions[2], "torch.on" },
        },
    ];

    private static string[][] Cells(string sum, string tensor) => [[questions[0], sum], [questions[1], tensor]];
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Shared;
using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>A Python that stays open and does the same work with PyTorch, one lap whenever it is asked.</summary>
internal sealed class PythonPeer : IDisposable
{
    /// <summary>The environment variable that names the Python to use.</summary>
    public const string Variable = "LAB_PYTHON";

    private readonly Process process;

    private PythonPeer(Process process, string torch, string python) => (this.process, Torch, Python) = (process, torch, python);

    /// <summary>The version of its torch.</summary>
    public string Torch { get; }

    /// <summary>The version of Python.</summary>
    public string Python { get; }

    /// <summary>The first Python that has torch; else null, and why.</summary>
    public static (PythonPeer? Peer, string? Problem) Start() => Start(Environment.GetEnvironmentVariable(Variable));

    /// <param name="named">The only Python to try; none tries the usual ones.</param>
    internal static (PythonPeer? Peer, string? Problem) Start(string? named)
    {
        var programs = Programs(named);
        string? problem = null;
        foreach (var program in programs)
        {
            if (Launch(program, out var said) is { } peer)
                return (peer, null);
            problem = said ?? problem;
        }
        return (null, $"{problem ?? $"there is no {programs[0]}"}. `pip install torch` gets it (on Debian and Ubuntu also "
            + $"`apt install python3-torch libopenblas0-pthread`); {Variable} names the Python to use.");
    }

    /// <summary>The Pythons to try, in this order.</summary>
    internal static string[] Programs(string? named) => string.IsNullOrEmpty(named) ? ["python3", "/usr/bin/python3", "python"] : [named];

    private static PythonPeer? Launch(string program, out string? problem)
    {
        problem = null;
        var start = new ProcessStartInfo(program, ["-u", Path.Combine(Repository.Root, "bench", "peer.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // As the kit's own LibTorch: threads that spin while they wait would take the core of whoever is next.
        start.Environment.TryAdd("OMP_WAIT_POLICY", "passive");
        try
        {
            var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            if (process.StandardOutput.ReadLine() is { } line && JsonNode.Parse(line) is { } hello)
            {
                if (hello["error"] is null)
                    return new(process, (string)hello["torch"]!, (string)hello["python"]!);
                problem = $"{program} has no torch ({(string?)hello["error"]})";
            }
            process.Kill();
            process.Dispose();
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or JsonException)
        {
            // No such program, or one that is no Python: the next one may be.
        }
        return null;
    }

    /// <summary>Gives it a row's inputs, by files in a folder.</summary>
    public IContender Open(Work work, WorkInputs inputs, string folder)
    {
        var entries = inputs.Arguments.Select((a, i) => Write(a.Value, a.Differentiable, Path.Combine(folder, $"input-{i}.raw")));
        Ask(new
        {
            @do = "open",
            op = work.Op,
            inputs = entries.ToArray(),
            upstream = Write(inputs.Upstream, false, Path.Combine(folder, "upstream.raw")),
        });
        return new Contender(this);
    }

    public void Dispose()
    {
        try
        {
            process.StandardInput.Close();                            // it ends at the end of its input
            if (!process.WaitForExit(2000))
                process.Kill();
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            // It had ended by itself.
        }
        process.Dispose();
    }

    private static object Write(Tensor tensor, bool differentiable, string path)
    {
        using (var file = File.Create(path))
            file.Write(tensor.detach().bytes);
        return new { file = path, dtype = tensor.dtype.ToString(), shape = tensor.shape, differentiable };
    }

    private static Tensor Read(JsonNode result)
    {
        var shape = result["shape"]!.AsArray().Select(n => (long)n!).ToArray();
        var numbers = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes((string)result["file"]!)).ToArray();
        return tensor(numbers).reshape(shape);
    }

    private JsonNode Ask(object request)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        process.StandardInput.Flush();
        var line = process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("Python ended in the middle of the bench; was it out of memory?");
        var answer = JsonNode.Parse(line)!;
        return answer["error"] is { } error
            ? throw new InvalidOperationException($"Python's version of the work failed: {(string?)error}")
            : answer;
    }

    private sealed class Contender(PythonPeer peer) : IContender
    {
        public Tensor[] Compute() => [.. peer.Ask(new { @do = "compute" })["results"]!.AsArray().Select(r => Read(r!))];

        public Lap Run(int threads, int count)
        {
            var answer = peer.Ask(new { @do = "laps", threads, count });
            return new((double)answer["forward"]! / count, (double)answer["backward"]! / count);
        }
    }
}

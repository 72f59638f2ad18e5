using System.Diagnostics;
using System.Reflection;

namespace Lab.Notebooks.Running;

/// <summary>How to start a worker process: a program that passes the pipe's name to <see cref="NotebookWorker.ServeAsync"/>.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments; the pipe's name is added at the end.</param>
public sealed record WorkerCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>This very program again, with other arguments.</summary>
    public static WorkerCommand Myself(params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath
            ?? throw new InvalidOperationException("The path of this program is not known, so it cannot be started a second time.");
        return Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? new(program, [Assembly.GetEntryAssembly()!.Location, .. arguments])
            : new(program, [.. arguments]);
    }

    internal ProcessStartInfo ToStartInfo(string pipeName, string folder) => new(FileName, [.. Arguments, pipeName])
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    };
}

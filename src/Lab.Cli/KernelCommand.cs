using System.CommandLine;
using Lab.Kernel.Worker;

namespace Lab.Cli;

/// <summary><c>lab kernel</c>: the notebooks, live, in Jupyter's front ends.</summary>
internal static class KernelCommand
{
    /// <summary>The hidden command that the kernel starts the session's process by.</summary>
    internal const string Worker = "worker";

    public static Command Create() => new("kernel", "C# notebooks, live, in Jupyter's front ends: install the kernel, remove it, run it.")
    {
        KernelInstallCommand.Create(),
        KernelUninstallCommand.Create(),
        KernelRunCommand.Create(),
        CreateWorker(),
    };

    private static Command CreateWorker()
    {
        var requests = new Argument<string>("requests");
        var answers = new Argument<string>("answers");
        var command = new Command(Worker) { requests, answers };
        command.Hidden = true;
        command.SetAction(parsed => KernelWorker.Serve(parsed.GetValue(requests)!, parsed.GetValue(answers)!));
        return command;
    }
}

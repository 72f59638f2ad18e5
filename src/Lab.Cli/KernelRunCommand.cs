using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Lab.Kernel;
using Lab.Kernel.Requests;
using Lab.Kernel.Wire;
using Lab.Notebooks.Running;

namespace Lab.Cli;

/// <summary><c>lab kernel run</c>: what Jupyter starts.</summary>
internal static class KernelRunCommand
{
    public static Command Create()
    {
        var file = new Option<string?>("--connection-file", "-f")
        {
            Description = "The file in which Jupyter says where to listen; without it the kernel writes one, and says where.",
            HelpName = "FILE",
        };
        var command = new Command("run", "Run the kernel, as Jupyter does, until it is shut down.") { file };
        // Not an asynchronous action: those are given up two seconds after Ctrl+C, which is how a cell is interrupted.
        command.SetAction(parsed => RunAsync(parsed.GetValue(file)).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> RunAsync(string? file)
    {
        Interrupts.Unblock();
        string? own = null;
        try
        {
            var wanted = file is null ? ConnectionFile.Fresh() : ConnectionFile.Read(file);
            if (wanted.IsOpenToOthers)
                Log($"listening on {wanted.Ip}, as the connection file says: other machines can reach this kernel.");
            using var kernel = new JupyterKernel(wanted, WorkerCommand.Myself("kernel", KernelCommand.Worker), Directory.GetCurrentDirectory(), Log);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
            {
                signal.Cancel = true;
                kernel.Interrupt();
            });
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = true;
                kernel.Stop();
            });
            using var parent = ParentWatch.Start(kernel.Stop);
            if (kernel.Connection != wanted)
            {
                file ??= own = Path.Combine(Path.GetTempPath(), $"lab-kernel-{Environment.ProcessId}.json");
                kernel.Connection.Write(file);
                Log($"listening; connect with: jupyter console --existing {file}");
            }
            return await kernel.RunAsync();
        }
        catch (KernelException problem)
        {
            throw new UserException(problem.Message);
        }
        finally
        {
            if (own is not null)
                File.Delete(own);
        }
    }

    private static void Log(string message) => Console.Error.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"[lab kernel {DateTime.Now:HH:mm:ss}] {message.TrimEnd()}"));
}

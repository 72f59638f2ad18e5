using System.CommandLine;
using Lab.Kernel;
using Lab.Kernel.Install;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab kernel uninstall</c>: takes the kernel away from Jupyter.</summary>
internal static class KernelUninstallCommand
{
    public static Command Create()
    {
        var target = new KernelTargetOptions();
        var command = new Command("uninstall", "Take the kernel away from Jupyter: this kit's under every name, or the one named.") { target.User, target.Prefix, target.Name };
        command.SetAction(parsed =>
        {
            try
            {
                var removed = KernelInstaller.Uninstall(target.Place(parsed), parsed.GetValue(target.Name));
                foreach (var folder in removed)
                    Terminal.Out.WriteLine($"Removed {folder}");
                if (removed.Count == 0)
                    Terminal.Out.WriteLine("There was nothing to remove.");
            }
            catch (KernelException problem)
            {
                throw new UserException(problem.Message);
            }
            return 0;
        });
        return command;
    }
}

using System.CommandLine;
using Lab.Kernel;
using Lab.Kernel.Install;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab kernel install</c>: tells Jupyter of the kernel.</summary>
internal static class KernelInstallCommand
{
    public static Command Create()
    {
        var target = new KernelTargetOptions();
        var asDotnet = new Option<bool>("--as-dotnet")
        {
            Description = "Answer to .NET Interactive's name, .net-csharp, so that the course's notebooks open without a question.",
        };
        var replace = new Option<bool>("--replace") { Description = "Replace a kernel of that name that is not this kit's." };
        var command = new Command("install", "Tell Jupyter of the kernel.") { target.User, target.Prefix, target.Name, asDotnet, replace };
        command.SetAction(parsed =>
        {
            var place = target.Place(parsed);
            try
            {
                var names = target.Names(parsed, parsed.GetValue(asDotnet));
                foreach (var name in names)
                {
                    var folder = KernelInstaller.Install(place, name, parsed.GetValue(replace));
                    Terminal.Out.WriteLine($"Installed {name}: {folder}");
                }
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

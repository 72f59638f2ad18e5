using System.CommandLine;
using Lab.Kernel.Install;

namespace Lab.Cli;

/// <summary>Where Jupyter's kernels lie, and what this one is called, on the command line.</summary>
internal sealed class KernelTargetOptions
{
    public Option<bool> User { get; } = new("--user") { Description = "For this user alone; the default." };

    public Option<string?> Prefix { get; } = new("--prefix")
    {
        Description = "For everybody who uses the Python (or conda environment) in this folder: DIR/share/jupyter/kernels.",
        HelpName = "DIR",
    };

    public Option<string?> Name { get; } = new("--name")
    {
        Description = $"The kernel's name: letters, digits, '-', '_' and '.'. The default is {KernelInstaller.DefaultName}.",
        HelpName = "NAME",
    };

    public JupyterFolder Place(ParseResult parsed)
    {
        var prefix = parsed.GetValue(Prefix);
        if (parsed.GetValue(User) && prefix is not null)
            throw new UserException("--user and --prefix name two places: use one of them.");
        return prefix is null ? JupyterFolder.User() : JupyterFolder.At(prefix);
    }

    public IReadOnlyList<string> Names(ParseResult parsed, bool asDotnet)
    {
        var name = parsed.GetValue(Name);
        if (asDotnet && name is not null)
            throw new UserException($"--as-dotnet gives the name {KernelInstaller.DotnetName}: leave out --name.");
        return asDotnet ? [KernelInstaller.DotnetName] : [name ?? KernelInstaller.DefaultName];
    }
}

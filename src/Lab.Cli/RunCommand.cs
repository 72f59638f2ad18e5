using System.CommandLine;

namespace Lab.Cli;

internal static class RunCommand
{
    public static Command Create() => new("run");
}

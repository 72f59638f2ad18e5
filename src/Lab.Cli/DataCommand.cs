using System.CommandLine;

namespace Lab.Cli;

internal static class DataCommand
{
    public static Command Create() => new("data");
}

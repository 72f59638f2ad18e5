using System.CommandLine;

namespace Lab.Cli;

internal static class ListCommand
{
    public static Command Create() => new("list");
}

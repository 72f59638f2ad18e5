using System.CommandLine;

namespace Lab.Cli;

internal static class TestCommand
{
    public static Command Create() => new("test");
}

using System.CommandLine;

namespace Lab.Cli;

internal static class DoctorCommand
{
    public static Command Create() => new("doctor");
}

using System.CommandLine;
using Lab.Data.Sets;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab data</c>: the data sets, made here or downloaded.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "The data sets: list them, make the drawn ones again, get the real ones.")
    {
        DataListCommand.Create(),
        DataMakeCommand.Create(),
        DataGetCommand.Create(),
    };

    /// <summary>A failure of the machine or the network, not of the command: one line, exit code 1.</summary>
    internal static int Fail(string message)
    {
        Console.Error.WriteLine($"lab: {message}");
        return 1;
    }

    /// <summary>The set of that name, or an error that lists the names there are.</summary>
    internal static T Find<T>(IReadOnlyList<T> sets, Func<T, string> name, string wanted, string verb)
        where T : class =>
        sets.FirstOrDefault(set => name(set) == wanted) ?? throw new UserException(
            $"cannot {verb} '{wanted}': wanted {string.Join(" or ", sets.Select(name))}."
            + (Catalog.Names.Contains(wanted) ? $" Try: lab data {(verb == "make" ? "get" : "make")} {wanted}" : ""));

    /// <summary>Progress bars with a name, a bar, a percentage; plain lines where the output is not a terminal.</summary>
    internal static Progress Bars() => AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn());

    /// <summary>Reports on the calling thread, so that nothing arrives after the end.</summary>
    internal sealed class AtOnce<T>(Action<T> take) : IProgress<T>
    {
        public void Report(T value) => take(value);
    }
}

using System.CommandLine;
using System.Globalization;
using Lab.Cli.Course;
using Lab.Shared;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab list</c>: the table of the course.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var filter = new Argument<string?>("name")
        {
            Description = "Show only entries whose name holds this, each with its sections.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("list", "Show the table of the course: its notebooks and labs.") { filter };
        command.SetAction(result => Show(result.GetValue(filter)));
        return command;
    }

    private static int Show(string? filter)
    {
        var notebooks = CourseEntry.Notebooks(Path.Combine(Repository.Root, "notebooks"));
        var labs = CourseEntry.Labs(Path.Combine(Repository.Root, "labs"));
        List<CourseEntry> shown = [.. notebooks.Concat(labs)
            .Where(entry => filter is null || entry.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))];
        if (shown.Count == 0)
            throw new UserException(filter is null ? "the course has no notebooks yet." : $"no notebook or lab has '{filter}' in its name.");
        if (filter is null)
            Terminal.Out.Write(Table(shown));
        else
            shown.ForEach(Detail);
        return shown.Exists(entry => entry.Problem is not null) ? 1 : 0;
    }

    private static Table Table(List<CourseEntry> entries)
    {
        var table = Terminal.Table("Name", "Title", "Minutes", "Sections");
        foreach (var column in table.Columns.Skip(2))
            column.RightAligned();
        foreach (var entry in entries)
        {
            table.AddRow(
                Markup.Escape(entry.Name),
                entry.Problem is { } problem ? $"[red]{Markup.Escape(problem)}[/]" : Markup.Escape(entry.Title),
                entry.Minutes?.ToString(CultureInfo.InvariantCulture) ?? "",
                entry.Sections.Count.ToString(CultureInfo.InvariantCulture));
        }
        return table;
    }

    private static void Detail(CourseEntry entry)
    {
        var minutes = entry.Minutes is { } value ? $" ({value} minutes)" : "";
        Terminal.Out.MarkupLine($"[bold]{Markup.Escape(entry.Name)}[/]  {Markup.Escape(entry.Problem ?? entry.Title)}{minutes}");
        foreach (var section in entry.Sections)
            Terminal.Out.MarkupLine($"  {Markup.Escape(section)}");
    }
}

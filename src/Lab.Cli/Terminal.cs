using Spectre.Console;

namespace Lab.Cli;

/// <summary>Where commands write: coloured on a terminal, plain text of any width elsewhere.</summary>
internal static class Terminal
{
    /// <summary>Whether a person looks at the output.</summary>
    public static bool Live { get; } = !Console.IsOutputRedirected;

    /// <summary>The output.</summary>
    public static IAnsiConsole Out { get; } = Create();

    /// <summary>A table in the kit's one style.</summary>
    /// <param name="headings">The columns' headings, as plain text.</param>
    public static Table Table(params ReadOnlySpan<string> headings)
    {
        var table = new Table().Border(Live ? TableBorder.Rounded : TableBorder.None);
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(Live ? $"[bold]{Markup.Escape(heading)}[/]" : Markup.Escape(heading)));
        return table;
    }

    private static IAnsiConsole Create()
    {
        if (Live)
            return AnsiConsole.Console;
        var plain = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        plain.Profile.Width = 1000;                                   // no wrapping in pipes and logs
        return plain;
    }
}

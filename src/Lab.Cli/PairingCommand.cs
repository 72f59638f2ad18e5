using System.CommandLine;
using Lab.Core.Pairings;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab pairing</c>: which head goes with which activation, targets and loss.</summary>
internal static class PairingCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("name")
        {
            Description = "Show only the rows of this head or loss.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var head = Part("--head", $"The head: {Listed(Pairing.Heads.Select(h => h.Name))}.");
        var activation = Part("--activation", $"What comes between head and loss: {Listed(Pairing.Activations.Select(a => a.Name))}.");
        var target = Part("--target", $"What the targets are: {Listed(Pairing.Targets)}.");
        var loss = Part("--loss", $"The loss: {Listed(Pairing.Losses.Select(l => l.Name))}. PyTorch's names will do.");
        var command = new Command(
            "pairing", "Show which head goes with which activation, targets and loss, or judge one pairing (exit code 1: wrong).")
        {
            name, head, activation, target, loss,
        };
        command.SetAction(result => Run(
            result.GetValue(name), result.GetValue(head), result.GetValue(activation), result.GetValue(target), result.GetValue(loss)));
        return command;
    }

    private static int Run(string? name, string? head, string? activation, string? target, string? loss)
    {
        var judging = head is not null || activation is not null || target is not null || loss is not null;
        if (name is not null && judging)
            throw new UserException($"give either a name to look up or the parts of a pairing, got '{name}' and an option.");
        if (judging && loss is null)
            throw new UserException("to judge a pairing, name its --loss; `lab pairing` alone shows the table.");
        try
        {
            return loss is not null ? Show(Pairing.Judge(head, activation, target, loss)) : Show(name is null ? Pairing.Guide : Pairing.Guide.Of(name));
        }
        catch (ArgumentException unknown)
        {
            throw new UserException(FirstSentences(unknown.Message));
        }
    }

    private static int Show(PairingGuide guide)
    {
        var table = Terminal.Table([.. PairingGuide.Headings]);
        foreach (var row in guide.Cells)
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        Terminal.Out.Write(table);
        return 0;
    }

    private static int Show(PairingVerdict verdict)
    {
        if (!Terminal.Live)
        {
            Terminal.Out.WriteLine(verdict.ToString());
            return verdict.Fit == Fit.Wrong ? 1 : 0;
        }
        var colour = verdict.Fit switch { Fit.Right => "green", Fit.Works => "yellow", _ => "red" };
        var lines = verdict.ToString().Split('\n');
        Terminal.Out.MarkupLine($"[bold {colour}]{Markup.Escape(lines[0])}[/]");
        foreach (var line in lines.Skip(1))
            Terminal.Out.Write(new Padder(new Text(line.Trim())).Padding(2, 0, 0, 0));
        return verdict.Fit == Fit.Wrong ? 1 : 0;
    }

    private static Option<string?> Part(string name, string description) => new(name) { Description = description };

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names);

    /// <summary>The message without what .NET adds about the parameter.</summary>
    private static string FirstSentences(string message) => message.Split(" (Parameter '")[0];
}

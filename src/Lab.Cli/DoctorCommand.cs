using System.CommandLine;
using Lab.Cli.Doctor;
using Lab.Notebooks.Figures;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab doctor</c>: looks at all that the course needs of this machine.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Look at what the course needs of this machine, and say what to do where something is missing.");
        command.SetAction(_ => Report([.. Look()]));
        return command;
    }

    private static IEnumerable<Finding> Look()
    {
        yield return SystemChecks.System();
        yield return SystemChecks.Checkout();
        yield return SystemChecks.DotNet();
        foreach (var finding in TorchChecks.All())
            yield return finding;
        if (SystemChecks.CppLibrary() is { } library)                 // the one that LibTorch brought in, if it did
            yield return library;
        yield return KernelChecks.Own();
        yield return KernelChecks.Interactive();
        yield return KernelChecks.Verso();
        yield return KernelChecks.Jupyter();
        yield return KernelChecks.Browser(Browser.Find(), Environment.GetEnvironmentVariable(Browser.Variable));
    }

    private static int Report(List<Finding> findings)
    {
        var grid = new Grid().AddColumns(3);                          // wraps long paths below themselves on a terminal
        var width = findings.Max(finding => finding.Subject.Length);
        foreach (var (health, subject, found, remedy) in findings)
        {
            Row(health switch { Health.Ok => "[green]ok[/]", Health.Warn => "[yellow]warn[/]", _ => "[red]wrong[/]" }, subject, Places.Short(found));
            if (remedy is not null)
                Row("", "", remedy);
        }
        if (Terminal.Live)
            Terminal.Out.Write(grid);
        var wrong = findings.Count(finding => finding.Health == Health.Wrong);
        Terminal.Out.WriteLine(wrong == 0 ? "The course can run." : $"The course cannot run: {wrong} wrong.");
        return wrong == 0 ? 0 : 1;

        void Row(string health, string subject, string text)
        {
            if (Terminal.Live)
                grid.AddRow(health, Markup.Escape(subject), Markup.Escape(text));
            else
                Terminal.Out.WriteLine($"{Markup.Remove(health),-5} {subject.PadRight(width)}  {text}");
        }
    }
}

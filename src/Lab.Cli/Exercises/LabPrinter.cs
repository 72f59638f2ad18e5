using System.Globalization;
using Lab.Grading.Labs;
using Lab.Grading.Reports;
using Spectre.Console;

namespace Lab.Cli.Exercises;

/// <summary>Prints what a check found, for a terminal of any width, with and without colour.</summary>
internal static class LabPrinter
{
    private const int MostLawsInFull = 1;
    private const string Todo = "NotImplementedException";

    /// <summary>A lab's number and title.</summary>
    public static void Title(LabManifest lab, string more) =>
        Write($"[bold]Lab {Escape(lab.Lab)}: {Escape(lab.Title)}[/] ({Escape(more)})");

    /// <summary>A line of text.</summary>
    public static void Line(string text) => Write(Escape(text));

    /// <summary>The whole report.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="report">What was found.</param>
    /// <param name="all">Whether every failed law is told in full, and not the first of each exercise alone.</param>
    /// <param name="picture">Draws a counterexample, and gives the file; null where there is nothing to see.</param>
    public static void Print(LabManifest lab, GradeReport report, bool all, Func<LawReport, string?> picture)
    {
        if (report.Status != SubmissionStatus.Graded)
        {
            Write($"[red]{Escape(report.Reason)}[/]");
            foreach (var finding in report.Findings)
                Indented(2, $"{LabSelection.Shown(lab.StudentFile)}: {finding}");
            return;
        }
        foreach (var exercise in report.Laws.GroupBy(law => law.Exercise))
            Print([.. exercise], all, picture);
        foreach (var finding in report.Findings)
            Indented(0, $"{LabSelection.Shown(lab.StudentFile)}, {finding}");
    }

    /// <summary>What to do next.</summary>
    public static void Next(LabManifest lab, GradeReport report, LabStore store)
    {
        Write("");
        Write($"[bold]{report.Points} of {report.MaxPoints} points[/]");
        if (report.Status != SubmissionStatus.Graded)
            return;
        if (lab.Exercises.FirstOrDefault(e => !store.IsSolved(lab, e)) is { } next)
            Line($"Next: {next.Name}. `lab hint {lab.Lab}` has {next.Hints.Count - store.Of(lab).Hints.GetValueOrDefault(next.Name)} hints left for it.");
        else
            Line($"Every visible law holds. `lab submit-check {lab.Lab}` says what the grader will see.");
    }

    private static void Print(LawReport[] laws, bool all, Func<LawReport, string?> picture)
    {
        var (points, most) = (laws.Sum(l => l.Points), laws.Sum(l => l.MaxPoints));
        var done = points == most;
        Write("");
        Write($"[bold]{Escape(laws[0].Exercise)}[/]  {(done ? "[green]" : "")}{points} of {most} points{(done ? "[/]" : "")}");
        if (laws.All(l => l.Outcome is LawOutcome.Failed or LawOutcome.NotCounted && IsTodo(l)))
        {
            Indented(2, "still to be written");
            return;
        }
        if (laws[0].Outcome is LawOutcome.Missing or LawOutcome.Refused)
        {
            Indented(2, laws[0].Reason);
            return;
        }
        var told = 0;
        foreach (var law in laws)
        {
            var passed = law.Outcome == LawOutcome.Passed;
            var score = passed ? $"{law.Points}" : $"0 of {law.MaxPoints}";
            Write($"  {Mark(law.Outcome)} {Escape(law.Law)}  {score}{(law.Hidden ? "  (hidden)" : "")}");
            if (passed || (law.Outcome == LawOutcome.NotCounted && !all))
                continue;
            if (all || told++ < MostLawsInFull)
                Detail(law, picture);
        }
    }

    private static void Detail(LawReport law, Func<LawReport, string?> picture)
    {
        Indented(6, law.Sentence);
        if (law.Reason.Length > 0)
            Indented(6, law.Reason);
        if (law.Counterexample is { } found)
        {
            Indented(6, $"The smallest case found: {found.Case}");
            foreach (var tensor in found.Inputs.Concat(found.Got).Concat(found.Expected))
                Indented(8, TensorText.Of(tensor));
            if (found.First is { } first && !law.Reason.Contains("differs at", StringComparison.Ordinal))
                Indented(6, $"They part first at [{string.Join(", ", first.Index)}]: got {TensorText.Number(first.Got)}, expected {TensorText.Number(first.Expected)}.");
        }
        if (law.Diagnosis is { } diagnosis)
            Write(new Padder(new Markup($"[yellow]Likely: {Escape(diagnosis)}[/]")).Padding(6, 0, 0, 0));
        if (law.Hint is { } hint)
            Indented(6, $"Think about this: {hint}");
        if (picture(law) is { } file)
            Indented(6, $"Picture: {file}");
        if (law.Seed != 0)
            Indented(6, string.Create(CultureInfo.InvariantCulture, $"The same cases again: --seed {law.Seed}"));
    }

    private static bool IsTodo(LawReport law) => law.Reason.Contains(Todo, StringComparison.Ordinal) || law.Reason.Contains("still to be written", StringComparison.Ordinal);

    private static string Mark(LawOutcome outcome) => (outcome, Terminal.Live) switch
    {
        (LawOutcome.Passed, true) => "[green]✓[/]",
        (LawOutcome.NotCounted, true) => "[grey]·[/]",
        (_, true) => "[red]✗[/]",
        (LawOutcome.Passed, false) => "holds",
        (LawOutcome.NotCounted, false) => "waits",
        (LawOutcome.Failed, false) => "FAILS",
        _ => outcome.ToString(),
    };

    private static void Write(string markup)
    {
        if (markup.Length == 0)
            Terminal.Out.WriteLine();
        else
            Terminal.Out.MarkupLine(markup);
    }

    private static void Write(Padder padder) => Terminal.Out.Write(padder);

    private static void Indented(int columns, string text) => Write(new Padder(new Text(text)).Padding(columns, 0, 0, 0));

    private static string Escape(string text) => Markup.Escape(text);
}

using System.CommandLine;

namespace Lab.Cli.Exercises;

/// <summary><c>lab hint</c>: one step at a time.</summary>
internal static class LabHintCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("lab") { Description = "Its number (02) or name; the one started last when left out.", Arity = ArgumentArity.ZeroOrOne };
        var exercise = new Argument<string?>("exercise") { Description = "The exercise; the first that is not done when left out.", Arity = ArgumentArity.ZeroOrOne };
        var again = new Option<bool>("--again") { Description = "Show the hints seen so far, and no new one." };
        var command = new Command("hint", "Show the next hint for an exercise: one step at a time.") { name, exercise, again };
        command.SetAction(parsed => Run(parsed.GetValue(name), parsed.GetValue(exercise), parsed.GetValue(again)));
        return command;
    }

    private static int Run(string? name, string? exercise, bool again)
    {
        var store = LabStore.Open();
        var lab = LabSelection.Find(name, store);
        var about = LabSelection.Exercise(lab, exercise) ?? lab.Exercises.FirstOrDefault(e => !store.IsSolved(lab, e));
        if (about is null)
        {
            LabPrinter.Line($"Every exercise of lab {lab.Lab} is done. Name one to see its hints: `lab hint {lab.Lab} {lab.Exercises[0].Name}`.");
            return 0;
        }
        var seen = Math.Min(store.Of(lab).Hints.GetValueOrDefault(about.Name), about.Hints.Count);
        if (again || seen == about.Hints.Count)
        {
            LabPrinter.Line(seen == 0 ? $"No hint of {about.Name} was seen yet." : $"{about.Name}, the hints so far:");
            for (var i = 0; i < seen; i++)
                LabPrinter.Line($"{i + 1}. {about.Hints[i]}");
            if (seen == about.Hints.Count)
                LabPrinter.Line("These were all.");
            return 0;
        }
        store.SeeHint(lab, about, seen + 1);
        LabPrinter.Line($"{about.Name}, hint {seen + 1} of {about.Hints.Count}: {about.Hints[seen]}");
        return 0;
    }
}

using System.CommandLine;
using Lab.Grading.Classes;

namespace Lab.Cli;

/// <summary><c>lab grade merge</c>: joins the shards of a class.</summary>
internal static class GradeMergeCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("folders") { Description = "The --out of every shard.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--out") { Description = "The folder for the grades.", Required = true };
        var formats = GradeCommand.FormatOption();
        var students = GradeCommand.ForStudentsOption();
        var command = new Command("merge", "Join the shards of a class; refuses missing and doubled ones.") { folders, output, formats, students };
        command.SetAction(parsed =>
        {
            try
            {
                var reports = ClassGrading.Merge([.. (parsed.GetValue(folders) ?? []).Select(f => new ReportFolder(f))]);
                return GradeCommand.Finish(reports, GradeCommand.Chosen(parsed.GetValue(formats)), parsed.GetValue(students), parsed.GetValue(output)!);
            }
            catch (GradingException problem)
            {
                throw new UserException(problem.Message);
            }
        });
        return command;
    }
}

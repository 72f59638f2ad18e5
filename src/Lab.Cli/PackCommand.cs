using System.CommandLine;
using Lab.Grading.Classes;

namespace Lab.Cli;

/// <summary><c>lab pack</c>: makes the copy of the kit that students get, without solutions.</summary>
internal static class PackCommand
{
    public static Command Create()
    {
        var student = new Option<string>("--student") { Description = "The folder to make; it must not exist, or be empty.", Required = true };
        var command = new Command("pack", "Make the students' copy of the kit: everything but the solutions.") { student };
        command.SetAction(parsed =>
        {
            try
            {
                var packed = StudentCopy.Make(Shared.Repository.Root, parsed.GetValue(student)!);
                Console.WriteLine($"{packed.Files} files in {packed.Folder}; {packed.Solutions} of labs/.instructor are not among them, nor is their text.");
                return 0;
            }
            catch (GradingException problem)
            {
                throw new UserException(problem.Message);
            }
        });
        return command;
    }
}

using System.CommandLine;
using Lab.Data;
using Lab.Data.Sets;
using Lab.Shared;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab data make</c>: makes a set of the project again, bit for bit.</summary>
internal static class DataMakeCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"The set: {string.Join(", ", Catalog.Made.Select(set => set.Name))}." };
        var folder = new Option<string?>("--out") { Description = "The folder to write to (default: the set's own in data/).", HelpName = "DIR" };
        var seed = new Option<int?>("--seed") { Description = "Another seed gives another set (default: that of the committed one).", HelpName = "N" };
        var command = new Command("make", "Make a set of the project again; says whether it equals the committed one.") { name, folder, seed };
        command.SetAction(parsed => Run(
            DataCommand.Find(Catalog.Made, set => set.Name, parsed.GetValue(name)!, "make"), parsed.GetValue(folder), parsed.GetValue(seed)));
        return command;
    }

    private static int Run(MadeSet set, string? folder, int? wanted)
    {
        var seed = wanted ?? set.Seed;
        if (folder is null && seed != set.Seed)
            throw new UserException($"seed {seed} would replace the committed {set.Name} of seed {set.Seed}: say where to with --out DIR.");
        var place = folder ?? DataFolder.Made(set.Name);
        var committed = CommittedChecksums(set);
        var files = Make(set, place, seed, out var problem);
        if (problem is not null)
            return DataCommand.Fail($"cannot write to {place}: {problem}");

        Console.WriteLine($"{set.Name} (seed {seed}): {files.Count} files, {files.Sum(file => file.Content.Length):N0} bytes in {place}");
        if (committed.Length == 0)
            return 0;
        var others = files.Where(file => !committed.Contains(MadeSet.Line(file))).Select(file => file.Name).ToArray();
        if (others.Length == 0)
            Console.WriteLine("Equal to the committed set, bit for bit.");
        else if (seed != set.Seed)
            Console.WriteLine($"Not the committed set, which has seed {set.Seed}.");
        else
            return DataCommand.Fail($"not equal to the committed set: {string.Join(", ", others)} differ though the seed is the same.");
        return 0;
    }

    private static IReadOnlyList<MadeFile> Make(MadeSet set, string folder, int seed, out string? problem)
    {
        try
        {
            problem = null;
            return DataCommand.Bars().Start(context =>
            {
                var bar = context.AddTask($"Making {set.Name}", maxValue: 1);
                var files = set.Write(folder, seed, new DataCommand.AtOnce<double>(done => bar.Value = Math.Max(bar.Value, done)));
                bar.Value = 1;
                return files;
            });
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            problem = failed.Message;
            return [];
        }
    }

    private static string[] CommittedChecksums(MadeSet set)
    {
        var path = Path.Combine(Repository.Root, "data", set.Name, MadeSet.Checksums);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }
}

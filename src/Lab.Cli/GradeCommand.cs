using System.CommandLine;
using System.Globalization;
using Lab.Core.Runtime;
using Lab.Grading.Classes;
using Lab.Grading.Judging;
using Lab.Grading.Labs;
using Lab.Grading.Outputs;
using Lab.Grading.Reports;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab grade</c>: grades submissions, one or a class, and writes the grades in the forms that hosts read.</summary>
internal static class GradeCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("paths")
        {
            Description = "Files, students' folders, archives (.zip), or folders of these.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var lab = new Option<string?>("--lab") { Description = "The lab's number, where folders do not say it." };
        var jobs = new Option<int>("--jobs")
        {
            Description = "Submissions to grade at the same time.",
            DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount),
        };
        var output = new Option<string?>("--out") { Description = "The folder for grades and reports; without it they are only printed." };
        var formats = FormatOption();
        var shard = new Option<string?>("--shard") { Description = "Grade only part i of n, as in 2/8; `lab grade merge` joins the parts." };
        var fresh = new Option<bool>("--fresh") { Description = "Grade anew what --out holds already." };
        var isolated = new Option<bool>("--require-isolation")
        {
            Description = "Refuse to run where submissions cannot be kept from network and files.",
        };
        var students = ForStudentsOption();
        var labs = LabsOption();
        var command = new Command("grade", "Grade submissions: a file, a folder, an archive, or a whole class.")
        {
            paths, lab, jobs, output, formats, shard, fresh, isolated, students, labs, GradeMergeCommand.Create(),
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var count = parsed.GetValue(jobs);
            if (count is not (>= 1 and <= 256))
                throw new UserException($"--jobs wants 1 to 256, got {count}.");
            var folder = parsed.GetValue(output);
            if (folder is null && (parsed.GetValue(shard) is not null || parsed.GetValue(formats) is not null))
                throw new UserException("--shard and --format write files: name their folder with --out.");
            try
            {
                return await RunAsync(
                    parsed.GetValue(paths) ?? [], parsed.GetValue(labs), parsed.GetValue(lab), count, folder,
                    Chosen(parsed.GetValue(formats)), parsed.GetValue(students), parsed.GetValue(shard) is { } part ? Shard.Parse(part) : null, parsed.GetValue(fresh),
                    new() { AllowLimitsOnly = !parsed.GetValue(isolated) }, cancel);
            }
            catch (Exception problem) when (problem is GradingException or LabException)
            {
                throw new UserException(problem.Message);
            }
        });
        return command;
    }

    /// <summary>Which formats to write.</summary>
    public static Option<string?> FormatOption() => new("--format")
    {
        Description = $"Names, with commas: {string.Join(", ", GradeFormat.All.Select(f => f.Name))}. Left out: {string.Join(", ", GradeFormat.Usual)}.",
    };

    /// <summary>Who reads what is written.</summary>
    public static Option<bool> ForStudentsOption() => new("--for-students")
    {
        Description = "Leave out of every format why hidden laws fail. (Pages and the hosts' files for students always do.)",
    };

    /// <summary>Where the labs are.</summary>
    public static Option<string?> LabsOption() => new("--labs") { Description = "The folder of the labs; left out, that of this checkout." };

    /// <summary>The formats that were named, or the usual ones.</summary>
    public static IReadOnlyList<GradeFormat> Chosen(string? names) => GradeFormat.Of(
        names?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? GradeFormat.Usual);

    /// <summary>Writes and prints grades.</summary>
    /// <returns>The exit code: 1 where the grader itself failed on a submission.</returns>
    public static int Finish(IReadOnlyList<GradeReport> reports, IReadOnlyList<GradeFormat> formats, bool forStudents, string? folder)
    {
        Print(reports);
        if (forStudents)
            reports = [.. reports.Select(r => r.ForStudent())];
        if (folder is not null)
            Console.WriteLine($"{GradeFormat.WriteAll(formats, reports, Path.GetFullPath(folder)).Count} files in {folder}.");
        return reports.Any(r => r.Status == SubmissionStatus.Broken) ? 1 : 0;
    }

    private static async Task<int> RunAsync(
        string[] paths, string? labsFolder, string? lab, int jobs, string? folder, IReadOnlyList<GradeFormat> formats, bool forStudents, Shard? shard,
        bool fresh, GradeOptions options, CancellationToken cancel)
    {
        if (paths.Length == 0)
            throw new UserException("What is to be graded? A file, a folder or an archive was wanted. See `lab grade --help`.");
        LibTorch.Load();                                                     // specs, which manifests name, ask for its devices
        using var finder = new SubmissionFinder(LabCatalog.Load(labsFolder ?? LabCatalog.DefaultFolder), lab);
        var plan = new ClassPlan(finder.Find(paths));
        var scratch = folder is null ? Path.Combine(Path.GetTempPath(), $"lab-grades-{Guid.NewGuid():N}") : null;
        try
        {
            var grading = new ClassGrading(new(folder ?? scratch!), options);
            var part = shard ?? Shard.Whole;
            var reports = await GradeProgress.ShowAsync(
                plan.Of(part).Count, tell => grading.RunAsync(plan, part, jobs, fresh, tell, cancel));
            if (shard is not { Count: > 1 })
                return Finish(reports, formats, forStudents, folder);
            Print(reports);
            Console.WriteLine($"Shard {part} of {plan.Items.Count} submissions is in {folder}. `lab grade merge` joins it with the others.");
            return reports.Any(r => r.Status == SubmissionStatus.Broken) ? 1 : 0;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync(folder is null
                ? "lab: stopped."
                : "lab: stopped. Reports that are there stay; the same command goes on where it was.");
            return 130;
        }
        finally
        {
            if (scratch is not null && Directory.Exists(scratch))
                Directory.Delete(scratch, recursive: true);
        }
    }

    private static void Print(IReadOnlyList<GradeReport> reports)
    {
        if (reports is [var one])
            Console.WriteLine(SubmissionText.Of(one) + string.Concat(one.Laws.Select(l => $"\n  {LawText.Word(l.Outcome),-12} {l.Points,3} of {l.MaxPoints,-3} {l.Exercise}: {l.Law}")));
        var table = Terminal.Table("Student", "Lab", "Points", "Status", "Time");
        table.Columns[2].RightAligned();
        table.Columns[4].RightAligned();
        foreach (var report in reports)
        {
            var full = report.Points == report.MaxPoints;
            table.AddRow(
                Markup.Escape(Printable(report.Student)), report.Lab, $"{report.Points} of {report.MaxPoints}",
                $"[{(full ? "green" : report.Status == SubmissionStatus.Graded ? "default" : "red")}]{Markup.Escape(SubmissionText.Word(report.Status))}[/]",
                report.Seconds.ToString("0.0 s", CultureInfo.InvariantCulture));
        }
        Terminal.Out.Write(table);
        var isolation = reports.Select(r => r.Isolation).Where(i => i.Length > 0).Distinct().ToList();
        Console.WriteLine($"{reports.Count} submissions, {reports.Count(r => r.Status == SubmissionStatus.Graded)} graded. Isolation: {(isolation.Count > 0 ? string.Join("; ", isolation) : "none was needed")}.");
    }

    // A folder's name comes from a student: it may hold what a terminal takes for commands.
    private static string Printable(string name) => new([.. name.Select(c => char.IsControl(c) ? '?' : c)]);
}

using Lab.Grading.Judging;
using Lab.Grading.Reports;

namespace Lab.Grading.Classes;

/// <summary>Grades a class, several submissions at a time. A run that was stopped goes on where it was.</summary>
/// <param name="folder">Where each report is written as soon as it is there.</param>
/// <param name="options">How submissions are graded.</param>
public sealed class ClassGrading(ReportFolder folder, GradeOptions options)
{
    /// <summary>Grades what has no report yet.</summary>
    /// <param name="plan">The class.</param>
    /// <param name="shard">Which part of it.</param>
    /// <param name="jobs">Submissions at the same time, at least 1.</param>
    /// <param name="fresh">Whether reports that are there already are made anew.</param>
    /// <param name="progress">Told of each report, and whether it was there already; may be called by several threads.</param>
    /// <param name="cancel">Stops the grading; reports that are there stay.</param>
    /// <returns>One report for each submission of the shard, in the plan's order.</returns>
    public async Task<IReadOnlyList<GradeReport>> RunAsync(
        ClassPlan plan, Shard shard, int jobs, bool fresh = false, Action<GradeReport, bool>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(jobs, 1);
        var items = plan.Of(shard);
        var reports = new GradeReport[items.Count];
        folder.Open();
        await using var grader = new Grader(jobs);
        await Parallel.ForAsync(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (i, token) =>
        {
            var (item, key) = (items[i], ClassPlan.KeyOf(items[i]));
            if (!fresh && folder.Load(key) is { } there && IsOf(there, item))
            {
                progress?.Invoke(reports[i] = there, true);
                return;
            }
            reports[i] = await grader.GradeAsync(item.Submission, item.Lab, options, progress: null, token);
            folder.Save(key, reports[i]);
            progress?.Invoke(reports[i], false);
        });
        folder.Close(new(shard.Index, shard.Count, plan.Hash, [.. items.Select(ClassPlan.KeyOf)]));
        return reports;
    }

    // A report stands for a submission as long as file, kit and lab are the same, and the grader was not at fault.
    private static bool IsOf(GradeReport report, Handed item) =>
        report.Sha256.Length > 0 && report.Sha256 == ClassPlan.Sha256Of(item.Submission.File)
        && report.Kit == Grader.Kit && report.Lab == item.Lab.Lab && report.Student == item.Submission.Student
        && report.Status != SubmissionStatus.Broken
        && report.Laws.Select(l => (l.Exercise, l.Law, l.MaxPoints)).SequenceEqual(
            item.Lab.Exercises.SelectMany(e => e.Laws.Select(l => (e.Name, l.Law, l.Points))));

    /// <summary>Joins the shards of a class.</summary>
    /// <param name="folders">One for each shard, in any order.</param>
    /// <returns>All reports, by student and lab.</returns>
    /// <exception cref="GradingException">A shard is missing, there twice, not finished or of another class; or a report is missing.</exception>
    public static IReadOnlyList<GradeReport> Merge(IReadOnlyList<ReportFolder> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        if (folders.Count == 0)
            throw new GradingException("The folders of the shards were wanted, got none.");
        var shards = folders.Select(f => (Folder: f, Record: f.Record())).ToList();
        var first = shards[0];
        foreach (var (f, record) in shards)
        {
            if (record.Count != first.Record.Count || record.Plan != first.Record.Plan)
                throw new GradingException($"{f.Path} is a shard of another class than {first.Folder.Path}: other submissions, labs or kit.");
        }
        var twice = shards.GroupBy(s => s.Record.Index).FirstOrDefault(same => same.Count() > 1);
        if (twice is not null)
            throw new GradingException($"Shard {twice.Key}/{first.Record.Count} is there twice: {string.Join(" and ", twice.Select(s => s.Folder.Path))}.");
        var missing = Enumerable.Range(1, first.Record.Count).Except(shards.Select(s => s.Record.Index)).ToList();
        if (missing.Count > 0)
            throw new GradingException($"Missing of {first.Record.Count} shards: {string.Join(", ", missing)}.");
        return
        [
            .. shards.SelectMany(s => s.Record.Keys.Select(key => (key, Report: s.Folder.Load(key) ?? throw new GradingException(
                    $"{s.Folder.Path} has no readable report {key}. Run its shard again; what is graded already is kept."))))
                .Select(pair => ClassPlan.KeyOf(pair.Report.Student, pair.Report.Lab) == pair.key ? pair.Report : throw new GradingException(
                    $"The report {pair.key} is of {pair.Report.Student}, lab {pair.Report.Lab}."))
                .OrderBy(r => r.Student, StringComparer.Ordinal).ThenBy(r => r.Lab, StringComparer.Ordinal),
        ];
    }
}

using System.Diagnostics;
using System.Reflection;
using Lab.Grading.Compilation;
using Lab.Grading.Labs;
using Lab.Grading.Reports;

namespace Lab.Grading.Judging;

/// <summary>Grades submissions.</summary>
public sealed class Grader : IAsyncDisposable
{
    private readonly SemaphoreSlim one = new(1);          // laws measure what is alive: one at a time in a process

    /// <summary>The kit's version, as reports state it.</summary>
    public static string Kit { get; } = typeof(Grader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Grades one submission. Whatever the student's code does, there is a report with one row for each law.</summary>
    /// <param name="submission">The student's file.</param>
    /// <param name="lab">The lab.</param>
    /// <param name="options">Limits, and what to try.</param>
    /// <param name="progress">Told of each law as it ends.</param>
    /// <param name="cancel">Stops the grading; nothing is reported then.</param>
    public async Task<GradeReport> GradeAsync(
        Submission submission, LabManifest lab, GradeOptions options, IProgress<LawReport>? progress = null, CancellationToken cancel = default)
    {
        await one.WaitAsync(cancel);
        try
        {
            return Grade(submission, lab, options, progress, cancel);
        }
        finally
        {
            one.Release();
        }
    }

    private static GradeReport Grade(
        Submission submission, LabManifest lab, GradeOptions options, IProgress<LawReport>? progress, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var source = SourceFile.Read(submission.File);
        var sheet = new ReportSheet(submission, lab, options, source.Sha256);
        if (source.Text is null)
            return sheet.Ended(source.Status, source.Reason) with { Seconds = watch.Elapsed.TotalSeconds };
        var compiled = StudentCompiler.Compile(source.Text, lab, cancel);
        if (compiled.Errors.Length > 0)
            return sheet.Ended(SubmissionStatus.DoesNotCompile, "The file does not compile.", compiled.Errors) with { Seconds = watch.Elapsed.TotalSeconds };
        var type = Assembly.Load(StudentCompiler.Emit(compiled, cancel).Assembly).GetType("Lab");
        foreach (var exercise in sheet.Exercises)
        {
            if (type?.GetMethod(exercise.Name) is not { } method)
                continue;
            var judge = new ExerciseJudge(exercise, Binding.VersionBuilder.Make(
                exercise, Specs.Harness.SpecCatalog.Of(exercise.Spec), CaseFix.Of(Specs.Harness.SpecCatalog.Of(exercise.Spec), exercise), method), source.Sha256)
            {
                Cases = options.Cases,
                Seed = options.Seed,
            };
            foreach (var law in sheet.LawsOf(exercise))
            {
                cancel.ThrowIfCancellationRequested();
                var report = judge.Check(law);
                sheet.Add(report);
                progress?.Report(report);
            }
        }
        return sheet.Ended(SubmissionStatus.Graded) with { Seconds = watch.Elapsed.TotalSeconds };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        one.Dispose();
        return ValueTask.CompletedTask;
    }
}

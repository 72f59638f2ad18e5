using System.Diagnostics;
using Lab.Grading.Binding;
using Lab.Grading.Compilation;
using Lab.Grading.Diagnosis;
using Lab.Grading.Isolation;
using Lab.Grading.Labs;
using Lab.Grading.Remote;
using Lab.Grading.Reports;
using Lab.Specs.Harness;

namespace Lab.Grading.Judging;

/// <summary>Grades submissions one after the other: compiles and checks here, has student code run elsewhere, tries the laws here.</summary>
internal sealed class Examiner(ProcessPool pool)
{
    private const int MostTimeouts = 3;

    /// <summary>Whether the code is checked for what it may not use; tests switch it off to see the isolation alone.</summary>
    public bool ChecksSymbols { get; init; } = true;

    /// <summary>Laws that are decided already: by a judge before this one, which ended.</summary>
    public IReadOnlyList<LawReport> Done { get; init; } = [];

    private Fingerprints known = Fingerprints.None;

    /// <summary>Told of each law as it begins.</summary>
    public Action<LawPlace>? OnBegin { get; init; }

    /// <summary>Grades one submission.</summary>
    /// <param name="submission">The student's file.</param>
    /// <param name="lab">The lab.</param>
    /// <param name="options">Limits, and what to try.</param>
    /// <param name="onLaw">Told of each law as it ends.</param>
    /// <param name="cancel">Stops between laws.</param>
    public GradeReport Grade(Submission submission, LabManifest lab, GradeOptions options, Action<LawReport>? onLaw = null, CancellationToken cancel = default)
    {
        var watch = Stopwatch.StartNew();
        var source = submission.Problem is { } fault ? SourceFile.None(fault) : SourceFile.Read(submission.File);
        var sheet = new ReportSheet(submission, lab, options, source.Sha256) { Isolation = pool.Sandbox.Name };
        GradeReport Ended(SubmissionStatus status, string reason = "", IReadOnlyList<Finding>? findings = null) =>
            sheet.Ended(status, reason, findings) with { Seconds = watch.Elapsed.TotalSeconds };

        if (source.Text is null)
            return Ended(source.Status, source.Reason);
        if (!pool.Sandbox.IsTight && !options.AllowLimitsOnly)
            return Ended(SubmissionStatus.Broken, $"Student code is not run where it cannot be kept apart ({pool.Sandbox.Name}).");
        pool.Prepare();
        var prepared = Preparation.Of(source.Text, lab, ChecksSymbols, cancel);
        if (prepared.Status != SubmissionStatus.Graded)
            return Ended(prepared.Status, prepared.Reason, prepared.Findings);

        known = Fingerprints.Load(lab);
        using var link = new StudentLink(pool, prepared.Assembly, prepared.Symbols);
        try
        {
            foreach (var exercise in sheet.Exercises)
                Grade(exercise);
        }
        catch (StudentStartException problem)
        {
            return Ended(SubmissionStatus.Broken, problem.Message);
        }
        return Ended(SubmissionStatus.Graded, findings: [.. prepared.Forbidden.Values.SelectMany(f => f)]);

        void Grade(ExerciseManifest exercise)
        {
            var late = 0;
            Lazy<Misconception?>? mistake = null;
            var spec = SpecCatalog.Of(exercise.Spec);
            var fix = CaseFix.Of(spec, exercise);
            var (places, why) = prepared.Methods[exercise.Name];
            var refused = prepared.Forbidden.GetValueOrDefault(exercise.Name);
            if (places is null || refused is not null)
            {
                foreach (var law in sheet.LawsOf(exercise))
                    Add(places is null
                        ? ReportSheet.Row(exercise, law, LawOutcome.Missing, why)
                        : ReportSheet.Row(exercise, law, LawOutcome.Refused, $"In {refused![0]}"));
                return;
            }
            var version = Version(exercise, spec, fix, places, link);
            var judge = new ExerciseJudge(exercise, version, source.Sha256)
            {
                Link = link,
                LawTime = options.LawTime,
                Cases = options.Cases,
                Seed = options.Seed,
            };
            foreach (var law in sheet.LawsOf(exercise))
            {
                cancel.ThrowIfCancellationRequested();
                if (Done.FirstOrDefault(d => d.Exercise == exercise.Name && d.Law == law.Law) is { } decided)
                {
                    sheet.Add(decided);
                    continue;
                }
                OnBegin?.Invoke(new(exercise.Name, law.Law));
                if (watch.Elapsed > options.TotalTime)
                    Add(ReportSheet.Row(exercise, law, LawOutcome.NotReached, $"The submission's {options.TotalTime.TotalSeconds:0} s were used up."));
                else if (late >= MostTimeouts)
                    Add(ReportSheet.Row(exercise, law, LawOutcome.NotReached, $"{late} laws before it did not end in time."));
                else
                    Add(Diagnosed(judge.Check(law)));
            }

            LawReport Diagnosed(LawReport report)
            {
                if (report.Outcome is not (LawOutcome.Failed or LawOutcome.Crashed) || !options.Diagnose || !known.Knows(exercise))
                    return report;
                mistake ??= new(() => Mistake(exercise, version, link, options.LawTime));
                return mistake.Value is { } found ? report with { Misconception = found.Wrong, Diagnosis = found.Diagnosis } : report;
            }

            void Add(LawReport report)
            {
                late += report.Outcome == LawOutcome.TimedOut ? 1 : 0;
                sheet.Add(report);
                onLaw?.Invoke(report);
            }
        }

    }

    /// <summary>Takes the fingerprint of a submission's version of an exercise.</summary>
    /// <returns>The fingerprint, or why there is none.</returns>
    public (Fingerprint? Fingerprint, string Problem) Fingerprint(Submission submission, LabManifest lab, string exerciseName, GradeOptions options)
    {
        var exercise = lab.Exercise(exerciseName);
        var source = SourceFile.Read(submission.File);
        if (source.Text is null)
            return (null, source.Reason);
        var prepared = Preparation.Of(source.Text, lab, checksSymbols: false, default);
        if (prepared.Status != SubmissionStatus.Graded)
            return (null, prepared.Reason);
        var (places, why) = prepared.Methods[exercise.Name];
        if (places is null)
            return (null, why);
        var spec = SpecCatalog.Of(exercise.Spec);
        using var link = new StudentLink(pool, prepared.Assembly, prepared.Symbols);
        var version = Version(exercise, spec, CaseFix.Of(spec, exercise), places, link);
        return (Fingerprints.Take(exercise, version, () => link.Begin(options.LawTime)), "");
    }

    private Misconception? Mistake(ExerciseManifest exercise, Delegate version, StudentLink link, TimeSpan time)
    {
        try
        {
            return known.Diagnose(exercise, Fingerprints.Take(exercise, version, () =>
            {
                if (link.Fault?.Outcome == LawOutcome.TimedOut)
                    throw new TimeoutException();
                link.Begin(time);
            }));
        }
        catch (TimeoutException)
        {
            return null;                                                  // whoever does not end is told so, and no more
        }
    }

    private static Delegate Version(ExerciseManifest exercise, Spec spec, CaseFix fix, int[] places, StudentLink link)
    {
        var remote = new RemoteMethod(
            exercise.Name, [.. places.Select(i => spec.Parameters[i])], places, spec.VersionType.GetMethod("Invoke")!.ReturnType, link);
        return VersionBuilder.Make(spec.VersionType, VersionBuilder.Guarded(spec, fix, remote.Call));
    }
}

using System.Collections.Concurrent;
using System.Reflection;
using Lab.Grading.Diagnosis;
using Lab.Grading.Labs;
using Lab.Grading.Reports;

namespace Lab.Grading.Judging;

/// <summary>Grades submissions, several at once where that is asked for.</summary>
/// <remarks>
/// Three processes take part. The grader (this one) reads no student code and runs no law: it writes the report. A judge, which is
/// started again when it ends, compiles the file, checks what it refers to, and tries the laws. Student code runs in a third process,
/// isolated as well as the machine can: it is handed tensors and hands tensors back. Laws, oracles and expected results never are in that
/// process, so nothing in it decides over points.
/// </remarks>
/// <param name="jobs">How many submissions are graded at once.</param>
public sealed class Grader(int jobs = 1) : IAsyncDisposable
{
    private const int MostOfOneJudge = 100;
    private static readonly TimeSpan margin = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim free = new(jobs);
    private readonly ConcurrentBag<JudgeProcess> judges = [];

    /// <summary>The kit's version, as reports state it.</summary>
    public static string Kit { get; } = typeof(Grader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Whether student code is checked for what it may not use; tests switch it off to see the isolation alone.</summary>
    internal bool ChecksSymbols { get; init; } = true;

    /// <summary>Starts a judge before it is needed: it takes a second or two.</summary>
    public void WarmUp()
    {
        if (judges.IsEmpty)
            judges.Add(new());
    }

    /// <summary>Grades one submission. Whatever the student's code does, there is a report with one row for each law.</summary>
    /// <param name="submission">The student's file.</param>
    /// <param name="lab">The lab.</param>
    /// <param name="options">Limits, and what to try.</param>
    /// <param name="progress">Told of each law as it ends.</param>
    /// <param name="cancel">Stops the grading; nothing is reported then.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<GradeReport> GradeAsync(
        Submission submission, LabManifest lab, GradeOptions options, IProgress<LawReport>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(submission);
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(options);
        await free.WaitAsync(cancel);
        try
        {
            return await GradeAloneAsync(submission, lab, options, progress, cancel);
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>Takes the fingerprint of a file's version of an exercise: of a known-wrong solution, to recognise it in others.</summary>
    /// <exception cref="LabException">The file does not compile, or has no such method.</exception>
    public async Task<Fingerprint> FingerprintAsync(string file, LabManifest lab, string exercise, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(lab);
        await free.WaitAsync(cancel);
        var judge = judges.TryTake(out var idle) ? idle : new JudgeProcess();
        try
        {
            var answer = await judge.AskAsync(
                new(Submission.Of(file), lab, lab.Folder, new(), false, [], FingerprintOf: exercise), _ => { }, cancel);
            if (answer is null)
                throw new LabException(file, "", $"Its fingerprint ended the judge: {judge.Fault().Reason}");
            Return(judge);
            return answer.Fingerprint ?? throw new LabException(file, "", answer.Problem ?? "It has no fingerprint.");
        }
        catch (OperationCanceledException)
        {
            judge.Dispose();
            throw;
        }
        finally
        {
            free.Release();
        }
    }

    private void Return(JudgeProcess judge)
    {
        if (judge.Graded < MostOfOneJudge)
            judges.Add(judge);
        else
            judge.Dispose();
    }

    private async Task<GradeReport> GradeAloneAsync(
        Submission submission, LabManifest lab, GradeOptions options, IProgress<LawReport>? progress, CancellationToken cancel)
    {
        var sheet = new ReportSheet(submission, lab, options, "");
        var done = new List<LawReport>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.TotalTime + margin);
        for (var deaths = 0; ; deaths++)
        {
            var judge = judges.TryTake(out var idle) ? idle : new JudgeProcess();
            LawPlace? running = null;
            JudgeAnswer? answer = null;
            try
            {
                answer = await judge.AskAsync(new(submission, lab, lab.Folder, options, ChecksSymbols, done), Hear, limit.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                judge.Dispose();
                return sheet.Ended(SubmissionStatus.Graded, "The submission did not end in time.");
            }
            catch
            {
                judge.Dispose();
                throw;
            }
            if (answer?.Report is { } report)
            {
                Return(judge);
                return report;
            }
            var fault = judge.Fault();
            judge.Dispose();
            if (running is null && fault.Reason.Contains("stack overflow", StringComparison.Ordinal))
                return sheet.Ended(SubmissionStatus.DoesNotCompile, "The code is nested too deep for the compiler.");
            if (running is null || deaths > sheet.Exercises.Sum(e => e.Laws.Count))
                return sheet.Ended(SubmissionStatus.Broken, $"The judge ended before a law was tried: {fault.Reason}");
            var exercise = lab.Exercise(running.Exercise);
            Keep(ReportSheet.Row(exercise, exercise.Laws.First(l => l.Law == running.Law), LawOutcome.Crashed,
                $"What the code gave back ended the law that looked at it: {fault.Reason}"));

            void Hear(JudgeAnswer heard)
            {
                running = heard.Begins ?? running;
                if (heard.Law is { } law)
                    Keep(law);
            }
        }

        void Keep(LawReport law)
        {
            sheet.Add(law);
            done.Add(law);
            progress?.Report(law);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var judge in judges)
            judge.Dispose();
        judges.Clear();
        free.Dispose();
        return ValueTask.CompletedTask;
    }
}

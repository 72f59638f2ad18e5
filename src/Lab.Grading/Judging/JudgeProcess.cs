using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Lab.Grading.Isolation;
using Lab.Grading.Remote;
using Lab.Grading.Reports;

namespace Lab.Grading.Judging;

/// <summary>The grader's side of a judging process.</summary>
internal sealed class JudgeProcess : IDisposable
{
    /// <summary>What begins the last words of a judge that knows why it ends: a lab that is not as it must be.</summary>
    public const string Told = "The lab is at fault. ";

    private readonly Process process;
    private readonly ErrorTail errors;

    public JudgeProcess()
    {
        var folder = Path.GetDirectoryName(typeof(JudgeProcess).Assembly.Location)!;
        process = Process.Start(new ProcessStartInfo(WorkerFiles.Dotnet, [Path.Combine(folder, "Lab.Grading.dll"), JudgeProgram.Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            StandardOutputEncoding = Encoding.UTF8,
        }) ?? throw new InvalidOperationException("The judge did not start.");
        errors = new(process.StandardError, Kill);
    }

    /// <summary>How many submissions it has graded.</summary>
    public int Graded { get; private set; }

    /// <summary>Has a submission graded.</summary>
    /// <returns>The last answer, with the report; null where the judge ended before it was done.</returns>
    public async Task<JudgeAnswer?> AskAsync(JudgeRequest request, Action<JudgeAnswer> onAnswer, CancellationToken cancel)
    {
        Graded++;
        try
        {
            JudgeJson.Write(process.StandardInput.BaseStream, request);
            while (JudgeJson.Read<JudgeAnswer>(await process.StandardOutput.ReadLineAsync(cancel)) is { } answer)
            {
                if (answer.IsLast)
                    return answer;
                onAnswer(answer);
            }
        }
        catch (Exception problem) when (problem is IOException or JsonException)
        {
            Kill();
        }
        return null;
    }

    /// <summary>Why it ended.</summary>
    public StudentFault Fault()
    {
        Kill();
        process.WaitForExit();
        errors.Wait();
        return errors.Text.StartsWith(Told, StringComparison.Ordinal)
            ? new(LawOutcome.Crashed, errors.Text.Trim())
            : CrashReasons.Of(process.ExitCode, errors.Text);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private void Kill() => ProcessTree.Kill(process);
}

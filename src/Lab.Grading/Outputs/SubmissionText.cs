using System.Text;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>What there is to say of a submission as a whole, in plain lines.</summary>
public static class SubmissionText
{
    /// <summary>Points, and why there are none where the laws were not tried.</summary>
    public static string Of(GradeReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder($"Lab {report.Lab}, {report.Title}: {report.Points} of {report.MaxPoints} points.");
        if (report.Status != SubmissionStatus.Graded)
            text.Append($"\n{Word(report.Status)}: {report.Reason}");
        foreach (var finding in report.Findings)
            text.Append("\n  ").Append(finding);
        return text.ToString();
    }

    /// <summary>A status in a word or two.</summary>
    public static string Word(SubmissionStatus status) => status switch
    {
        SubmissionStatus.Graded => "graded",
        SubmissionStatus.Missing => "missing",
        SubmissionStatus.TooLarge => "too large",
        SubmissionStatus.NotText => "not a text",
        SubmissionStatus.DoesNotCompile => "does not compile",
        SubmissionStatus.Refused => "refused",
        _ => "the grader failed",
    };
}

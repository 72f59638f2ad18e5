using Lab.Grading.Labs;
using Lab.Grading.Reports;
using Lab.Specs.Harness;

namespace Lab.Grading.Judging;

/// <summary>A report in the making: one row for each law from the start, not reached until it is filled in.</summary>
internal sealed class ReportSheet
{
    private readonly Submission submission;
    private readonly LabManifest lab;
    private readonly GradeOptions options;
    private readonly string sha256;
    private readonly Dictionary<(string Exercise, string Law), LawReport> rows = [];

    public ReportSheet(Submission submission, LabManifest lab, GradeOptions options, string sha256)
    {
        this.submission = submission;
        this.lab = lab;
        this.options = options;
        this.sha256 = sha256;
        Exercises = [.. lab.Exercises.Where(e => options.Exercises?.Contains(e.Name) ?? true)];
        foreach (var exercise in Exercises)
            foreach (var law in LawsOf(exercise))
                Add(Row(exercise, law, LawOutcome.NotReached, "The grading ended before its turn."));
    }

    /// <summary>The exercises that are graded.</summary>
    public IReadOnlyList<ExerciseManifest> Exercises { get; }

    /// <summary>How the student's code is kept apart.</summary>
    public string Isolation { get; set; } = "";

    /// <summary>An exercise's laws that are tried.</summary>
    public IEnumerable<LawManifest> LawsOf(ExerciseManifest exercise) => exercise.Laws.Where(l => options.Hidden || !l.Hidden);

    /// <summary>A law without points.</summary>
    public static LawReport Row(ExerciseManifest exercise, LawManifest law, LawOutcome outcome, string reason) => new()
    {
        Exercise = exercise.Name,
        Law = law.Law,
        Sentence = SpecCatalog.Of(exercise.Spec).SentenceOf(law.Law),
        Outcome = outcome,
        Points = 0,
        MaxPoints = law.Points,
        Hidden = law.Hidden,
        Reason = reason,
        Hint = law.Hint,
    };

    /// <summary>Fills in a law's row.</summary>
    public void Add(LawReport report) => rows[(report.Exercise, report.Law)] = report;

    /// <summary>The report as it stands.</summary>
    public GradeReport Ended(SubmissionStatus status, string reason = "", IReadOnlyList<Finding>? findings = null)
    {
        LawReport[] laws = [.. Exercises.SelectMany(e => LawsOf(e).Select(l => rows[(e.Name, l.Law)]))];
        if (status != SubmissionStatus.Graded)
            laws = [.. laws.Select(l => l.Outcome == LawOutcome.NotReached ? l with { Reason = reason } : l)];
        return new()
        {
            Lab = lab.Lab,
            Title = lab.Title,
            Submission = submission.Name,
            Student = submission.Student,
            Status = status,
            Reason = reason,
            Findings = findings ?? [],
            Laws = laws,
            Points = laws.Sum(l => l.Points),
            MaxPoints = laws.Sum(l => l.MaxPoints),
            Isolation = Isolation,
            Kit = Grader.Kit,
            Sha256 = sha256,
        };
    }
}

using System.Globalization;
using System.Text.Json;
using Lab.Grading.Labs;
using Lab.Grading.Reports;
using Lab.Shared;

namespace Lab.Cli.Exercises;

/// <summary>What a student has done of a lab.</summary>
internal sealed record LabRecord
{
    /// <summary>When it was started.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it was checked last.</summary>
    public DateTimeOffset? Checked { get; init; }

    /// <summary>When every visible law held for the first time.</summary>
    public DateTimeOffset? Solved { get; init; }

    /// <summary>Laws that held when they were tried last, by exercise and law.</summary>
    public Dictionary<string, int> Points { get; init; } = [];

    /// <summary>Hints seen, by exercise.</summary>
    public Dictionary<string, int> Hints { get; init; } = [];
}

/// <summary>A student's progress, in the checkout's ignored folder <c>.lab</c>: nothing of it leaves the machine.</summary>
internal sealed class LabStore
{
    private static readonly JsonSerializerOptions json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly string file;
    private Stored stored;

    private LabStore(string folder, string file, Stored stored) => (Folder, this.file, this.stored) = (folder, file, stored);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The lab that was started last.</summary>
    public string? Current => stored.Current;

    /// <summary>Opens the store; a broken file is put aside, and told.</summary>
    public static LabStore Open() => Open(Path.Combine(Repository.Root, ".lab"));

    /// <summary>Opens the store in a folder.</summary>
    public static LabStore Open(string folder)
    {
        var file = Path.Combine(folder, "progress.json");
        if (!File.Exists(file))
            return new(folder, file, new(null, []));
        try
        {
            return new(folder, file, JsonSerializer.Deserialize<Stored>(File.ReadAllText(file), json) ?? new(null, []));
        }
        catch (JsonException)
        {
            var aside = file + ".broken";
            File.Move(file, aside, overwrite: true);
            Console.Error.WriteLine($"lab: {LabSelection.Shown(file)} could not be read. It was put aside as {Path.GetFileName(aside)}; progress begins anew.");
            return new(folder, file, new(null, []));
        }
    }

    /// <summary>What was done of a lab.</summary>
    public LabRecord Of(LabManifest lab) => stored.Labs.GetValueOrDefault(lab.Lab) ?? new();

    /// <summary>The clean copy of the student's file, taken when the lab was started.</summary>
    public string CleanCopy(LabManifest lab) => Path.Combine(Folder, "clean", $"{lab.Slug}.cs");

    /// <summary>Starts a lab: sets its clock and takes the clean copy, if neither was done.</summary>
    /// <returns>Whether it was started before.</returns>
    public bool Start(LabManifest lab)
    {
        var before = Of(lab).Started is not null;
        if (!File.Exists(CleanCopy(lab)))
            AtomicFile.Write(CleanCopy(lab), File.ReadAllBytes(LabSelection.File(lab)));
        Change(lab, record => record with { Started = record.Started ?? DateTimeOffset.Now });
        return before;
    }

    /// <summary>Keeps what a check found.</summary>
    public void Keep(LabManifest lab, GradeReport report) => Change(lab, record =>
    {
        var points = new Dictionary<string, int>(record.Points);
        foreach (var law in report.Laws.Where(l => l.Outcome != LawOutcome.NotReached))
            points[Key(law.Exercise, law.Law)] = law.Points;
        if (report.Status != SubmissionStatus.Graded)
            points.Clear();
        var solved = lab.Exercises.All(e => e.Laws.Where(l => !l.Hidden).All(l => points.GetValueOrDefault(Key(e.Name, l.Law)) == l.Points));
        return record with { Points = points, Checked = DateTimeOffset.Now, Solved = solved ? record.Solved ?? DateTimeOffset.Now : record.Solved };
    });

    /// <summary>Counts a hint as seen.</summary>
    public void SeeHint(LabManifest lab, ExerciseManifest exercise, int seen) => Change(lab, record => record with
    {
        Hints = new(record.Hints) { [exercise.Name] = seen },
    });

    /// <summary>Forgets the points, and keeps the clock and the hints.</summary>
    public void Forget(LabManifest lab) => Change(lab, record => record with { Points = [], Solved = null });

    /// <summary>Whether an exercise held all its visible laws when it was checked last.</summary>
    public bool IsSolved(LabManifest lab, ExerciseManifest exercise) =>
        exercise.Laws.Where(l => !l.Hidden).All(l => Of(lab).Points.GetValueOrDefault(Key(exercise.Name, l.Law)) == l.Points);

    /// <summary>Copies the student's file to the backups.</summary>
    /// <returns>The copy.</returns>
    public string Backup(LabManifest lab)
    {
        var folder = Path.Combine(Folder, "backups", lab.Slug);
        var stamp = DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var path = Path.Combine(folder, $"Lab-{stamp}.cs");
        for (var n = 2; File.Exists(path); n++)
            path = Path.Combine(folder, $"Lab-{stamp}-{n}.cs");
        AtomicFile.Write(path, File.ReadAllBytes(lab.StudentFile));
        return path;
    }

    private static string Key(string exercise, string law) => $"{exercise}/{law}";

    private void Change(LabManifest lab, Func<LabRecord, LabRecord> change)
    {
        var labs = new SortedDictionary<string, LabRecord>(stored.Labs, StringComparer.Ordinal) { [lab.Lab] = change(Of(lab)) };
        stored = new(lab.Lab, labs);
        AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(stored, json));
    }

    private sealed record Stored(string? Current, SortedDictionary<string, LabRecord> Labs);
}

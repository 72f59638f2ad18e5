namespace Lab.Grading.Judging;

/// <summary>A student's file for one lab.</summary>
/// <param name="File">The file's path, which need not exist: a missing file gets a report too.</param>
/// <param name="Name">What the submission is called in reports.</param>
/// <param name="Student">Whose it is.</param>
public sealed record Submission(string File, string Name, string Student)
{
    /// <summary>Why there is no file to grade, where that is known already: two files, a broken archive.</summary>
    public string? Problem { get; init; }

    /// <summary>A file, called by its folder and owned by whoever the folder is named after.</summary>
    public static Submission Of(string file)
    {
        var path = Path.GetFullPath(file);
        var folder = Path.GetFileName(Path.GetDirectoryName(path)) ?? "";
        return new(path, $"{folder}/{Path.GetFileName(path)}", folder);
    }
}

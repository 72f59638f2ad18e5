using Lab.Grading.Judging;
using Lab.Grading.Labs;

namespace Lab.Grading.Classes;

/// <summary>A submission together with the lab that it answers.</summary>
/// <param name="Submission">The student's file.</param>
/// <param name="Lab">The lab.</param>
public sealed record Handed(Submission Submission, LabManifest Lab);

/// <summary>
/// Finds the submissions in what an instructor has: files, archives, students' folders, and folders of these. What is not as it
/// should be becomes a submission too, so that its student gets a report with the reason.
/// </summary>
/// <remarks>
/// <para>A student's folder holds <c>Lab.cs</c> (or one C# file), or lab folders (<c>06-crf/Lab.cs</c>, also below <c>labs/</c>), as a
/// student's copy of the kit does. A class's folder holds students' folders, archives or files named after them.</para>
/// <para>Archives are unpacked into a folder that <see cref="Dispose"/> deletes.</para>
/// </remarks>
public sealed class SubmissionFinder : IDisposable
{
    private readonly IReadOnlyList<LabManifest> labs;
    private readonly LabManifest? only;
    private readonly string scratch = Path.Combine(Path.GetTempPath(), $"lab-grade-{Guid.NewGuid():N}");
    private int unpacked;

    /// <param name="labs">All labs there are.</param>
    /// <param name="lab">The number of the lab to grade; null takes it from the folders' names.</param>
    /// <exception cref="GradingException">There is no such lab.</exception>
    public SubmissionFinder(IReadOnlyList<LabManifest> labs, string? lab = null)
    {
        ArgumentNullException.ThrowIfNull(labs);
        this.labs = labs;
        only = lab is null ? null : labs.FirstOrDefault(l => Matches(l, lab)) ?? throw new GradingException(
            $"There is no lab {lab}. There are: {string.Join(", ", labs.Select(l => l.Lab))}.");
    }

    /// <summary>The submissions in all paths, in a fixed order.</summary>
    /// <exception cref="GradingException">A path that is not there, a lab that cannot be told, or two submissions of one name.</exception>
    public IReadOnlyList<Handed> Find(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var found = paths.SelectMany(path => Of(Path.GetFullPath(path)))
            .OrderBy(h => h.Submission.Student, StringComparer.Ordinal).ThenBy(h => h.Lab.Lab, StringComparer.Ordinal)
            .ThenBy(h => h.Submission.Name, StringComparer.Ordinal).ToList();
        var twice = found.GroupBy(h => (h.Submission.Student, h.Lab.Lab)).FirstOrDefault(same => same.Count() > 1);
        return twice is null ? found : throw new GradingException(
            $"{twice.Key.Student} has {twice.Count()} submissions for lab {twice.Key.Lab}: {string.Join(" and ", twice.Select(h => h.Submission.Name))}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
    }

    private IEnumerable<Handed> Of(string path)
    {
        if (Directory.Exists(path))
            return OfFolder(path, NameOf(path), isClass: true);
        if (!File.Exists(path) && !(IsLabFile(path) && Directory.Exists(Path.GetDirectoryName(path))))      // a Lab.cs may be missing
            throw new GradingException($"There is no file or folder {path}.");
        return IsArchive(path) ? OfArchive(path) : [OfFile(path)];
    }

    private Handed OfFile(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        var inLab = LabOf(NameOf(folder));
        var student = !IsLabFile(file) ? Path.GetFileNameWithoutExtension(file) : inLab is null ? NameOf(folder) : NameOf(Above(folder));
        return Make(file, student, LabFor(inLab, file));
    }

    private IEnumerable<Handed> OfArchive(string file)
    {
        var student = Path.GetFileNameWithoutExtension(file);
        var folder = Path.Combine(scratch, $"{++unpacked}", "files");
        if (ZipSubmission.Unpack(file, folder) is { } problem)
            return [Make(file, student, LabFor(null, file), problem)];
        while (!Directory.EnumerateFiles(folder).Any() && Directory.GetDirectories(folder) is [var inner] && LabOf(NameOf(inner)) is null)
            folder = inner;                                   // archives often hold one folder with everything in it
        return OfFolder(folder, student, isClass: false);
    }

    private IEnumerable<Handed> OfFolder(string folder, string student, bool isClass)
    {
        var below = Path.Combine(folder, "labs");
        var root = Directory.Exists(below) && LabFolders(below).Any() ? below : folder;
        var labFolders = LabFolders(root).ToList();
        if (labFolders.Count > 0)
        {
            var wanted = labFolders.Where(f => only is null || f.Lab.Lab == only.Lab).ToList();
            return wanted.Count > 0
                ? wanted.Select(f => InFolder(f.Folder, student, f.Lab))
                : [Make(Path.Combine(root, only!.Slug, "Lab.cs"), student, only)];
        }
        var files = Directory.EnumerateFiles(folder, "*.cs").Order(StringComparer.Ordinal).ToList();
        var children = isClass ? Directory.EnumerateDirectories(folder).Where(d => NameOf(d)[0] != '.').Order(StringComparer.Ordinal).ToList() : [];
        var archives = isClass ? Directory.EnumerateFiles(folder).Where(IsArchive).Order(StringComparer.Ordinal).ToList() : [];
        if (files.Any(IsLabFile) || !isClass || (files.Count == 1 && children.Count + archives.Count == 0))
        {
            var inLab = LabOf(NameOf(folder));
            return [InFolder(folder, inLab is not null && isClass ? NameOf(Above(folder)) : student, LabFor(inLab, folder))];
        }
        if (files.Count + children.Count + archives.Count == 0 && only is not null && Directory.EnumerateFiles(folder).Any())
            return [InFolder(folder, student, only)];         // a student's, without the file
        if (files.Count + children.Count + archives.Count == 0)
            throw new GradingException($"There is nothing to grade in {folder}: a file Lab.cs, or folders of students, were wanted.");
        return
        [
            .. files.Select(file => Make(file, Path.GetFileNameWithoutExtension(file), LabFor(null, file))),
            .. archives.SelectMany(OfArchive),
            .. children.SelectMany(child => new DirectoryInfo(child).LinkTarget is null
                ? OfFolder(child, NameOf(child), isClass: false)
                : [Make(child, NameOf(child), LabFor(null, child), $"{NameOf(child)} is a link to another folder; hand in the folder itself.")]),
        ];
    }

    private static Handed InFolder(string folder, string student, LabManifest lab)
    {
        var file = Path.Combine(folder, "Lab.cs");
        if (File.Exists(file))
            return Make(file, student, lab);
        var others = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(5).ToList();
        return others switch
        {
            [] => Make(file, student, lab),                   // which the grader reports as missing
            [var one] => Make(one, student, lab),
            _ => Make(file, student, lab, $"There are several files ({string.Join(", ", others.Select(Path.GetFileName))}), and none is Lab.cs: hand in one."),
        };
    }

    private static Handed Make(string file, string student, LabManifest lab, string? problem = null) =>
        new(new(file, $"{student}/{Path.GetFileName(file)}", student) { Problem = problem }, lab);

    private LabManifest LabFor(LabManifest? fromName, string path) => only ?? fromName ?? throw new GradingException(
        $"Which lab is {path}? Name it with --lab: {string.Join(", ", labs.Select(l => l.Lab))}.");

    private IEnumerable<(string Folder, LabManifest Lab)> LabFolders(string folder) =>
        from child in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
        let lab = LabOf(NameOf(child))
        where lab is not null && new DirectoryInfo(child).LinkTarget is null
        select (child, lab);

    private LabManifest? LabOf(string name) => labs.FirstOrDefault(lab => Matches(lab, name));

    private static bool Matches(LabManifest lab, string name) =>
        name == lab.Lab || name == lab.Slug || name == $"lab{lab.Lab}" || name.StartsWith($"{lab.Lab}-", StringComparison.Ordinal);

    private static bool IsLabFile(string file) => Path.GetFileName(file) == "Lab.cs";

    private static bool IsArchive(string file) => file.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    private static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));

    private static string Above(string folder) =>
        Path.GetDirectoryName(folder) is { } above ? (NameOf(above) == "labs" ? Path.GetDirectoryName(above) ?? above : above) : folder;
}

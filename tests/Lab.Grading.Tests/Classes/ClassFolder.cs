using System.IO.Compression;
using System.Text;
using Lab.Grading.Classes;
using Lab.Grading.Labs;

namespace Lab.Grading.Tests.Classes;

/// <summary>A temporary folder for what students hand in.</summary>
internal sealed class ClassFolder : IDisposable
{
    public static IReadOnlyList<LabManifest> Labs { get; } =
    [
        Sample.Lab with { Lab = "02", Folder = "/labs/02-softmax" },
        Sample.Lab with { Lab = "06", Folder = "/labs/06-crf" },
    ];

    public string Path { get; } = Directory.CreateTempSubdirectory("lab-class-").FullName;

    public string this[string file] => System.IO.Path.Combine([Path, .. file.Split('/')]);

    public ClassFolder With(string file, string text = "public static class Lab { }")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[file])!);
        File.WriteAllText(this[file], text);
        return this;
    }

    public ClassFolder WithZip(string file, params (string Name, string Text, int Mode)[] entries)
    {
        using var zip = ZipFile.Open(this[file], ZipArchiveMode.Create);
        foreach (var (name, text, mode) in entries)
        {
            var entry = zip.CreateEntry(name);
            if (mode != 0)
                entry.ExternalAttributes = mode << 16;
            using var stream = entry.Open();
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
        return this;
    }

    /// <summary>Student, lab and problem of all submissions, one a line.</summary>
    public string Found(string? lab, params string[] paths)
    {
        using var finder = new SubmissionFinder(Labs, lab);
        return string.Join("; ", finder.Find(paths.Length == 0 ? [Path] : paths.Select(p => this[p]))
            .Select(h => $"{h.Submission.Student} {h.Lab.Lab}{(h.Submission.Problem is { } p ? " " + p : File.Exists(h.Submission.File) ? "" : " missing")}"));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

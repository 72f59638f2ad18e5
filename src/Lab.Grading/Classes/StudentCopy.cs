using System.Diagnostics;
using System.Text;

namespace Lab.Grading.Classes;

/// <summary>A students' copy of the kit.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Solutions">How many files of <c>labs/.instructor</c> were left out, and proven to be absent.</param>
public sealed record StudentCopy(string Folder, int Files, int Solutions)
{
    /// <summary>The folder of solutions, seen from the kit's.</summary>
    public const string Instructor = "labs/.instructor";

    private const int Telling = 60;                            // a line this long is not there twice by chance

    /// <summary>Copies what the repository tracks, except the solutions, and proves that nothing of them is in the copy.</summary>
    /// <remarks>
    /// What git tracks and what it would track is copied (no build output, no student's progress); without git, all files but the
    /// folders that git ignores. The proof: no file of the copy has the bytes of a solution, and none holds one of the solutions' long
    /// lines that no other file of the kit had before.
    /// </remarks>
    /// <param name="root">The kit's folder.</param>
    /// <param name="folder">The folder to make; it must not exist, or be empty, and lie outside of the kit.</param>
    /// <exception cref="GradingException">It does not, or something of the solutions got into the copy; nothing is left then.</exception>
    public static StudentCopy Make(string root, string folder)
    {
        var target = Path.GetFullPath(folder);
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new GradingException($"{folder} is not empty: the copy is made in a new folder, or an empty one.");
        if ((target + Path.DirectorySeparatorChar).StartsWith(Path.GetFullPath(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new GradingException($"{folder} lies in the kit itself: name a folder outside of it.");

        var files = Tracked(root).Where(f => File.Exists(Path.Combine(root, f))).ToList();
        var solutions = files.Where(IsInstructors).ToList();
        var given = files.Where(f => !IsInstructors(f)).ToList();
        var beside = target + ".part";
        if (Directory.Exists(beside))
            Directory.Delete(beside, recursive: true);
        try
        {
            foreach (var file in given)
            {
                var to = Path.Combine(beside, file);
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(Path.Combine(root, file), to);
            }
            if (Leak(root, beside, given, solutions) is { } leak)
                throw new GradingException(leak);
            if (Directory.Exists(target))
                Directory.Delete(target);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Directory.Move(beside, target);
        }
        finally
        {
            if (Directory.Exists(beside))
                Directory.Delete(beside, recursive: true);
        }
        return new(target, given.Count, solutions.Count);
    }

    /// <summary>What of the solutions is in a copy; null where nothing is.</summary>
    internal static string? Leak(string root, string copy, IReadOnlyList<string> given, IReadOnlyList<string> solutions)
    {
        if (Directory.EnumerateFileSystemEntries(copy, ".instructor", SearchOption.AllDirectories).Any())
            return "The copy holds a folder .instructor.";
        // The lines by which a solution would be known: long ones, which the library, tests and stubs do not hold anyway.
        var telling = new Dictionary<string, string>();
        foreach (var solution in solutions)
            foreach (var line in LongLines(Path.Combine(root, solution)))
                telling.TryAdd(line, solution);
        foreach (var file in given.Where(f => !f.StartsWith("labs/", StringComparison.Ordinal)))
            foreach (var line in LongLines(Path.Combine(root, file)))
                telling.Remove(line);
        foreach (var file in given.Where(f => f.StartsWith("labs/", StringComparison.Ordinal)))
            foreach (var line in LongLines(Path.Combine(copy, file)))
                if (telling.TryGetValue(line, out var solution))
                    return $"{file} holds a line of {solution}: \"{line}\".";
        return null;
    }

    private static IEnumerable<string> LongLines(string path)
    {
        if (Path.GetExtension(path) is not (".cs" or ".md" or ".json" or ".ipynb" or ".txt" or ".csx") || new FileInfo(path).Length > 8 << 20)
            return [];
        // A method's head is the student's too; what it gives back at once is not.
        return File.ReadLines(path).Select(line => line.Trim())
            .Select(line => !line.StartsWith("public ", StringComparison.Ordinal) ? line : line.Split("=>", 2) is [_, var body] ? body.Trim() : "")
            .Where(line => line.Length >= Telling && !line.StartsWith("//", StringComparison.Ordinal));
    }

    private static bool IsInstructors(string file) => file.StartsWith(Instructor + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Tracked(string root)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
            })!;
            var listed = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            if (git.ExitCode == 0)
                return [.. listed.Split('\0', StringSplitOptions.RemoveEmptyEntries)];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No git on this machine.
        }
        string[] ignored = ["artifacts", ".git", ".lab", "bin", "obj"];
        return Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Intersect(ignored).Any());
    }
}

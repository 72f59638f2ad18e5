using System.Globalization;
using Lab.Core.Runtime;
using Lab.Grading.Labs;
using Lab.Shared;

namespace Lab.Cli.Exercises;

/// <summary>Turns what was typed after a command into a lab and its exercises.</summary>
internal static class LabSelection
{
    /// <summary>All labs of the checkout, by number.</summary>
    /// <exception cref="UserException">There are none, or one of them cannot be read.</exception>
    public static IReadOnlyList<LabManifest> All()
    {
        var folder = LabCatalog.DefaultFolder;
        if (!Directory.Exists(folder))
            throw new UserException($"there are no labs: {folder} is missing.");
        LibTorch.Load();                                                  // the laws of a spec depend on whether there is a GPU
        try
        {
            var labs = LabCatalog.Load(folder);
            return labs.Count > 0 ? labs : throw new UserException($"there are no labs in {folder}.");
        }
        catch (LabException broken)
        {
            throw new UserException(broken.Message);
        }
    }

    /// <summary>The lab meant: by number (02, 2), by folder name, or by a part of it.</summary>
    /// <exception cref="UserException">There is no such lab, or more than one.</exception>
    public static LabManifest Find(IReadOnlyList<LabManifest> labs, string name)
    {
        var number = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1;
        if (labs.FirstOrDefault(lab => lab.Slug.Equals(name, StringComparison.OrdinalIgnoreCase) || int.Parse(lab.Lab, CultureInfo.InvariantCulture) == number) is { } exact)
            return exact;
        var found = number >= 0 ? [] : labs.Where(lab => lab.Slug.Contains(name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count == 1)
            return found[0];
        if (found.Count > 1)
            throw new UserException($"'{name}' may be {string.Join(" or ", found.Select(lab => lab.Slug))}: which one?");
        var near = labs.MinBy(lab => Spelling.Distance(name, lab.Slug[3..]))!;
        var meant = number < 0 && Spelling.Distance(name, near.Slug[3..]) <= 3 ? $" Did you mean {near.Slug}?" : $" There are {labs[0].Lab} to {labs[^1].Lab}: `lab progress` lists them.";
        throw new UserException($"there is no lab '{name}'.{meant}");
    }

    /// <summary>The lab meant; without a name, the one that was started last.</summary>
    /// <exception cref="UserException">There is no such lab, or none was started.</exception>
    public static LabManifest Find(string? name, LabStore store)
    {
        var labs = All();
        return name is not null ? Find(labs, name)
            : store.Current is { } current && labs.FirstOrDefault(lab => lab.Lab == current) is { } started ? started
            : throw new UserException("which lab? Begin with `lab start 01`; `lab progress` lists all.");
    }

    /// <summary>An exercise by its name, in any casing; null where none was named.</summary>
    /// <exception cref="UserException">The lab has none of that name.</exception>
    public static ExerciseManifest? Exercise(LabManifest lab, string? name)
    {
        if (name is null)
            return null;
        if (lab.Exercises.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found)
            return found;
        var near = lab.Exercises.MinBy(e => Spelling.Distance(name.ToUpperInvariant(), e.Name.ToUpperInvariant()))!;
        throw new UserException(Spelling.Distance(name.ToUpperInvariant(), near.Name.ToUpperInvariant()) <= 3
            ? $"lab {lab.Lab} has no exercise '{name}' (did you mean {near.Name}?)."
            : $"lab {lab.Lab} has no exercise '{name}' (there are {string.Join(", ", lab.Exercises.Select(e => e.Name))}).");
    }

    /// <summary>The student's file of a lab.</summary>
    /// <exception cref="UserException">It is missing.</exception>
    public static string File(LabManifest lab) => System.IO.File.Exists(lab.StudentFile)
        ? lab.StudentFile
        : throw new UserException($"{Shown(lab.StudentFile)} is missing. `lab reset {lab.Lab}` brings it back, if the lab was started; else `git checkout -- {Shown(lab.StudentFile)}`.");

    /// <summary>A path as seen from the checkout's top.</summary>
    public static string Shown(string path) => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');
}

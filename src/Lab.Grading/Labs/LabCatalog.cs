using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Core.Runtime;
using Lab.Shared;
using Lab.Specs.Harness;

namespace Lab.Grading.Labs;

/// <summary>Reads labs and checks that they make sense before any student meets them.</summary>
public static class LabCatalog
{
    /// <summary>The name of a manifest.</summary>
    public const string FileName = "lab.json";

    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The folder <c>labs</c> of this checkout.</summary>
    public static string DefaultFolder => Path.Combine(Repository.Root, "labs");

    /// <summary>All labs in a folder, by number.</summary>
    /// <exception cref="LabException">A manifest is not as it must be, or two labs have one number.</exception>
    public static IReadOnlyList<LabManifest> Load(string folder)
    {
        LabManifest[] labs =
        [
            .. Directory.EnumerateFiles(folder, FileName, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
                .Order(StringComparer.Ordinal).Select(file => LoadLab(Path.GetDirectoryName(file)!)),
        ];
        var twice = labs.GroupBy(l => l.Lab).FirstOrDefault(same => same.Count() > 1);
        return twice is null
            ? [.. labs.OrderBy(l => l.Lab, StringComparer.Ordinal)]
            : throw new LabException(Path.Combine(twice.Last().Folder, FileName), "$.lab",
                $"\"{twice.Key}\" is already the number of {twice.First().Slug}.");
    }

    /// <summary>The lab in a folder.</summary>
    /// <exception cref="LabException">The manifest is missing, or not as it must be.</exception>
    public static LabManifest LoadLab(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
            throw new LabException(file, "", "There is no such file.");
        return Parse(File.ReadAllText(file), file) with { Folder = Path.GetFullPath(folder) };
    }

    /// <summary>A lab from the text of its manifest.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="file">The name to call it by in errors.</param>
    /// <exception cref="LabException">It is not as it must be.</exception>
    public static LabManifest Parse(string text, string file = FileName)
    {
        LabManifest lab;
        try
        {
            lab = JsonSerializer.Deserialize<LabManifest>(text, json) ?? throw new LabException(file, "$", "An object was wanted, got null.");
        }
        catch (JsonException problem)
        {
            throw new LabException(file, problem.Path ?? "$", Plain(problem), problem);
        }
        Check(lab, file);
        return lab;
    }

    private static string Plain(JsonException problem) =>
        problem.Message.Split(" Path: ", 2)[0].Replace("Lab.Grading.Labs.", "", StringComparison.Ordinal);

    private static void Check(LabManifest lab, string file)
    {
        LibTorch.Load();                                                  // which laws a spec has depends on what LibTorch finds
        void Must(bool condition, string place, string problem)
        {
            if (!condition)
                throw new LabException(file, place, problem);
        }

        Must(lab.Lab.Length == 2 && lab.Lab.All(char.IsAsciiDigit), "$.lab", $"Two digits were wanted, got \"{lab.Lab}\".");
        Must(!string.IsNullOrWhiteSpace(lab.Title), "$.title", "A title was wanted, got none.");
        Must(lab.Minutes > 0, "$.minutes", $"More than 0 was wanted, got {lab.Minutes}.");
        Must(lab.Difficulty is >= 1 and <= 5, "$.difficulty", $"1 to 5 was wanted, got {lab.Difficulty}.");
        Must(lab.Exercises.Count > 0, "$.exercises", "At least one exercise was wanted, got none.");
        for (var i = 0; i < lab.Exercises.Count; i++)
        {
            var (exercise, place) = (lab.Exercises[i], $"$.exercises[{i}]");
            Must(lab.Exercises.Take(i).All(e => e.Name != exercise.Name), place + ".name", $"\"{exercise.Name}\" is there twice.");
            var specs = SpecCatalog.All.Concat(SpecCatalog.Labs).Select(s => s.Name);
            Must(specs.Contains(exercise.Spec), place + ".spec", $"No spec is named \"{exercise.Spec}\".{Nearest(exercise.Spec, specs)}");
            var spec = SpecCatalog.Of(exercise.Spec);
            Must(spec.LawNames.Contains(exercise.Gate), place + ".gate",
                $"{spec.Name} has no law \"{exercise.Gate}\".{Nearest(exercise.Gate, spec.LawNames)}");
            Must(exercise.Laws.Count > 0, place + ".laws", "At least one law was wanted, got none.");
            for (var j = 0; j < exercise.Laws.Count; j++)
            {
                var (law, at) = (exercise.Laws[j], $"{place}.laws[{j}]");
                Must(spec.LawNames.Contains(law.Law), at + ".law", $"{spec.Name} has no law \"{law.Law}\".{Nearest(law.Law, spec.LawNames)}");
                Must(exercise.Laws.Take(j).All(l => l.Law != law.Law), at + ".law", $"\"{law.Law}\" is there twice.");
                Must(law.Points > 0, at + ".points", $"More than 0 was wanted, got {law.Points}.");
            }
            for (var j = 0; j < exercise.Misconceptions.Count; j++)
            {
                var (wrong, at) = (exercise.Misconceptions[j], $"{place}.misconceptions[{j}]");
                Must(!string.IsNullOrWhiteSpace(wrong.Diagnosis), at + ".diagnosis", "A sentence was wanted, got none.");
                Must(exercise.Misconceptions.Take(j).All(m => m.Wrong != wrong.Wrong), at + ".wrong", $"\"{wrong.Wrong}\" is there twice.");
            }
            foreach (var (name, value) in exercise.Fix)
                Must(new CaseFix(spec).TryHold(name, value, out var problem), $"{place}.fix.{name}", problem ?? "");
        }
    }

    private static string Nearest(string wanted, IEnumerable<string> names) =>
        names.MinBy(name => Spelling.Distance(name, wanted)) is { } nearest ? $" Is \"{nearest}\" meant?" : "";
}

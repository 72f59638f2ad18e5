using System.Runtime.CompilerServices;
using Lab.Grading.Labs;

namespace Lab.Grading.Tests;

/// <summary>A lab that only these tests know.</summary>
internal static class Sample
{
    public static string Folder { get; } = Path.Combine(Here(), "SampleLab");

    public static LabManifest Lab { get; } = LabCatalog.LoadLab(Folder);

    public static string Solution { get; } = File.ReadAllText(Path.Combine(Folder, "Solution.cs"));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}

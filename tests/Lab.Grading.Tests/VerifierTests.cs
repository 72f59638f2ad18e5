using Lab.Core.Runtime;
using Lab.Grading.Labs;
using Lab.Grading.Notebooks;
using Lab.Grading.Verification;
using static TorchSharp.torch;

namespace Lab.Grading.Tests;

/// <summary>A lab with a fault is not proven, and the fault is named; and notebooks are judged by the same laws.</summary>
public sealed class VerifierTests
{
    private static readonly LabManifest lab = LabCatalog.LoadLab(Path.Combine(LabCatalog.DefaultFolder, "11-dense-crf-mean-field"));

    [Fact]
    public void A_lab_that_is_as_it_should_be_is_proven() => Assert.Empty(Broken((_, _) => { }).Problems);

    [Fact]
    public void A_stub_that_passes_a_law_is_told() => Assert.Contains(
        Broken((labs, authors) => File.Copy(Path.Combine(authors, "Solution.cs"), Path.Combine(labs, "Lab.cs"), overwrite: true)).Problems,
        problem => problem.StartsWith("Lab.cs passes \"value equals the oracle's\" of PairKernel", StringComparison.Ordinal));

    [Fact]
    public void A_solution_that_fails_is_told() => Assert.Contains(
        Broken((_, authors) => File.Copy(Path.Combine(authors, "wrong", "HearsItself.cs"), Path.Combine(authors, "Solution.cs"), overwrite: true)).Problems,
        problem => problem.StartsWith("Solution.cs fails", StringComparison.Ordinal));

    [Fact]
    public void A_mistake_that_is_none_is_told() => Assert.Contains(
        Broken((_, authors) => File.Copy(Path.Combine(authors, "Solution.cs"), Path.Combine(authors, "wrong", "HearsItself.cs"), overwrite: true)).Problems,
        problem => problem == "wrong/HearsItself.cs passes every law of PairKernel.");

    [Fact]
    public void A_mistake_that_lab_json_does_not_name_is_told() => Assert.Contains(
        Broken((_, authors) => File.Copy(Path.Combine(authors, "Solution.cs"), Path.Combine(authors, "wrong", "Unnamed.cs"))).Problems,
        problem => problem == "wrong/Unnamed.cs is not named in lab.json.");

    [Fact]
    public void Mistakes_without_fingerprints_are_told() => Assert.Contains(
        Broken((labs, _) => File.Delete(Path.Combine(labs, "misconceptions.json"))).Problems,
        problem => problem.StartsWith("misconceptions.json", StringComparison.Ordinal));

    [Fact]
    public void A_law_that_a_guess_keeps_is_told() => Assert.Contains(
        Broken((labs, _) =>
        {
            var manifest = Path.Combine(labs, "lab.json");
            File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"needsGate\": true", "\"needsGate\": false", StringComparison.Ordinal));
        }).Problems,
        problem => problem.Contains("ones pass", StringComparison.Ordinal));

    [Fact]
    public void A_method_of_a_notebook_is_judged_and_told_its_mistake()
    {
        LibTorch.Load();
        static Tensor LogSumExp(Tensor logits, long dim, bool keepdim) => logits.exp().sum(dim, keepdim).log();
        var result = Check.Lab("02", "LogSumExp", LogSumExp);
        Assert.False(result.Passed);
        Assert.Contains("You take exp of the logits as they are", result.Diagnosis, StringComparison.Ordinal);
        Assert.Contains("FAILS  value equals the oracle's", result.ToString(), StringComparison.Ordinal);
        Assert.Contains("✗ fails", result.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_right_method_of_a_notebook_gets_all_points()
    {
        LibTorch.Load();
        static Tensor PairKernel(Tensor colours, Tensor places, double colourScale, double placeScale)
        {
            using var scope = NewDisposeScope();
            Tensor Squares(Tensor x) => (x.unsqueeze(0) - x.unsqueeze(1)).square().sum(2);
            var energy = Squares(colours) / (2 * colourScale * colourScale) + Squares(places) / (2 * placeScale * placeScale);
            return ((-energy).exp() * (1 - eye(colours.size(0), dtype: colours.dtype))).MoveToOuterDisposeScope();
        }
        var result = Check.Lab("11", "PairKernel", PairKernel);
        Assert.True(result.Passed, result.ToString());
        Assert.Equal(result.MaxPoints, result.Points);
    }

    [Fact]
    public void A_lab_an_exercise_or_a_signature_that_is_not_there_is_an_error_that_says_what_is()
    {
        LibTorch.Load();
        var wrong = (Tensor x) => x;
        Assert.Contains("must be one of 01, 02", Assert.Throws<ArgumentException>(() => Check.Lab("99", "LogSumExp", wrong)).Message, StringComparison.Ordinal);
        Assert.Contains("LogSumExp, Softmax", Assert.Throws<ArgumentException>(() => Check.Lab("02", "LogSum", wrong)).Message, StringComparison.Ordinal);
        Assert.Contains("LogSumExp(Tensor logits", Assert.Throws<ArgumentException>(() => Check.Lab("02", "LogSumExp", wrong)).Message, StringComparison.Ordinal);
    }

    /// <summary>A copy of the lab with something changed, verified.</summary>
    private static LabVerdict Broken(Action<string, string> change)
    {
        LibTorch.Load();
        var root = Directory.CreateTempSubdirectory("lab-verify").FullName;
        try
        {
            var (copy, authors) = (Path.Combine(root, lab.Slug), Path.Combine(root, ".instructor", lab.Slug));
            Copy(lab.Folder, copy);
            Copy(LabVerifier.AuthorsFolder(lab), authors);
            change(copy, authors);
            return LabVerifier.Verify(LabCatalog.LoadLab(copy));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

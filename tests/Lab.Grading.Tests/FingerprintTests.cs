using Lab.Grading.Diagnosis;
using Lab.Grading.Judging;
using Lab.Grading.Labs;

namespace Lab.Grading.Tests;

public sealed class FingerprintTests
{
    [Fact]
    public async Task A_known_mistake_is_recognised_in_other_code_and_no_other_is()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TestFolder();
        File.Copy(Path.Combine(Sample.Folder, LabCatalog.FileName), folder.At(LabCatalog.FileName));
        var lab = LabCatalog.LoadLab(folder.Path);
        await using var grader = new Grader();
        var wrong = await grader.FingerprintAsync(Path.Combine(Sample.Folder, "Wrong.cs"), lab, "LogSumExp", cancel);
        var right = await grader.FingerprintAsync(Path.Combine(Sample.Folder, "Solution.cs"), lab, "LogSumExp", cancel);
        Assert.True(wrong.Agrees(wrong));
        Assert.False(wrong.Agrees(right));

        var known = new Dictionary<string, Fingerprint> { ["BatchMaximum"] = wrong };
        new Fingerprints(new Dictionary<string, IReadOnlyDictionary<string, Fingerprint>> { ["LogSumExp"] = known }).Save(lab);
        Assert.True(new FileInfo(lab.FingerprintsFile).Length < 100_000);
        Assert.Null(Fingerprints.Load(lab).Diagnose(lab.Exercises[0], right));

        // The same mistake in other words.
        var other = folder.Write("Lab.cs", """
            using TorchSharp;
            public static class Lab
            {
                public static torch.Tensor LogSumExp(torch.Tensor logits, long dim)
                {
                    var shift = logits.reshape(-1).amax([0]);
                    var shifted = torch.exp(torch.sub(logits, shift));
                    return torch.log(shifted.sum(dim)) + shift;
                }
            }
            """);
        var report = await grader.GradeAsync(Submission.Of(other), lab, new(), cancel: cancel);
        Assert.All(report.Laws.Where(l => l.Outcome == Reports.LawOutcome.Failed), l => Assert.Equal("BatchMaximum", l.Misconception));
        Assert.Contains(report.Laws, l => l.Diagnosis?.StartsWith("You subtract the maximum of the whole batch", StringComparison.Ordinal) ?? false);

        // Another mistake.
        var stranger = folder.Write("Lab.cs", """
            using static TorchSharp.torch;
            public static class Lab { public static Tensor LogSumExp(Tensor logits, long dim) => logits.exp().sum(dim).log(); }
            """);
        report = await grader.GradeAsync(Submission.Of(stranger), lab, new(), cancel: cancel);
        Assert.All(report.Laws, l => Assert.Null(l.Misconception));
    }
}

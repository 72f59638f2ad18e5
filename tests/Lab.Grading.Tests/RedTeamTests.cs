using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Lab.Grading.Isolation;
using Lab.Grading.Judging;
using Lab.Grading.Labs;
using Lab.Grading.Reports;

namespace Lab.Grading.Tests;

/// <summary>
/// Every hostile or broken submission gets the right verdict and message; with the check of symbols switched off, isolation alone keeps
/// it from points, from files, from the network, and from the grader.
/// </summary>
public sealed class RedTeamTests(RedTeamTests.Ground ground) : IClassFixture<RedTeamTests.Ground>
{
    private const int Full = 4;

    private static readonly LabManifest lab = LabCatalog.Parse("""
        {
          "lab": "91", "title": "The red team's", "minutes": 1, "difficulty": 1,
          "exercises": [
            {
              "name": "LogSumExp", "spec": "LogSumExp", "fix": { "keepDim": false }, "forbidden": [ "logsumexp" ],
              "laws": [ { "law": "value equals the oracle's", "points": 3 }, { "law": "inputs are left unchanged", "points": 1 } ]
            }
          ]
        }
        """);

    public static TheoryData<string> All() => [.. HostileCase.Names];

    public static TheoryData<string> Unchecked() => [.. HostileCase.Names.Where(n => HostileCase.Read(n)["Unchecked"] is { } points and not "-")];

    [Theory, MemberData(nameof(All))]
    public void Gets_its_verdict_and_message(string name)
    {
        var hostile = HostileCase.Read(name);
        var report = ground.Grade(hostile, checks: true);
        Assert.Equal(hostile["Status"], report.Status.ToString());
        if (report.Status != SubmissionStatus.Graded)
        {
            Assert.Equal(0, report.Points);
            Assert.True(report.Findings.Any(f => f.ToString().Contains(hostile["Message"]!, StringComparison.Ordinal)), string.Join("\n", report.Findings));
            return;
        }
        Assert.True(IsIn(hostile["Points"], report.Points), report.ToJson());
        AssertFirst(hostile, report);
        if (hostile["Absent"] is { } absent)
            Assert.DoesNotContain(absent, report.ToJson(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Unchecked))]
    public void Gets_no_further_where_isolation_stands_alone(string name)
    {
        var hostile = HostileCase.Read(name);
        var report = ground.Grade(hostile, checks: false);
        Assert.Equal(SubmissionStatus.Graded, report.Status);
        Assert.True(IsIn(hostile["Unchecked"], report.Points), report.ToJson());
        AssertFirst(hostile, report);
        Assert.DoesNotContain(Ground.Secret, report.ToJson(), StringComparison.Ordinal);
        ground.AssertUntouched();
    }

    [Fact]
    public void What_one_exercise_may_not_use_another_may()
    {
        using var folder = new TestFolder();
        var two = lab with
        {
            Exercises =
            [
                lab.Exercises[0],
                new() { Name = "Softmax", Spec = "Softmax", Laws = [new() { Law = LawKinds.Value, Points = 5 }], Allowed = ["Lab.Core.Activations.Activation.Softmax"] },
            ],
        };
        var file = folder.Write("Lab.cs", """
            using static TorchSharp.torch;

            public static class Lab
            {
                private const double One = 1;

                public static Tensor LogSumExp(Tensor logits, long dim) => logits.logsumexp(dim, false) * One;

                public static Tensor Softmax(Tensor logits, long dim, double temperature)
                {
                    _ = logits.logsumexp(dim, false);
                    return Activation.Softmax(logits, dim, temperature * One);
                }
            }
            """);
        var report = ground.Examine(file, checks: true, two);
        Assert.All(report.Laws.Where(l => l.Exercise == "LogSumExp"), l => Assert.Equal(LawOutcome.Refused, l.Outcome));
        Assert.True(report.Points == 5, report.ToJson());
        var neither = ground.Examine(file, checks: true, two with
        {
            Exercises = [two.Exercises[0] with { Allowed = two.Exercises[1].Allowed }, two.Exercises[1] with { Allowed = [] }],
        });
        Assert.Equal(SubmissionStatus.Graded, neither.Status);
        Assert.Equal(0, neither.Points);
    }

    [Fact]
    public void There_are_enough_of_them() => Assert.True(HostileCase.Names.Count >= 60, $"{HostileCase.Names.Count}");

    [Theory]
    [InlineData("missing", SubmissionStatus.Missing, "There is no file")]
    [InlineData("link", SubmissionStatus.Missing, "is a link")]
    [InlineData("folder", SubmissionStatus.Missing, "is a folder")]
    [InlineData("large", SubmissionStatus.TooLarge, "104857600 bytes")]
    [InlineData("latin", SubmissionStatus.NotText, "is not UTF-8")]
    [InlineData("utf16", SubmissionStatus.NotText, "not")]
    [InlineData("zeros", SubmissionStatus.NotText, "zero bytes")]
    public void A_file_that_is_none_gets_a_report_too(string kind, SubmissionStatus status, string message)
    {
        using var folder = new TestFolder();
        var path = folder.At("Lab.cs");
        switch (kind)
        {
            case "link": File.CreateSymbolicLink(path, "/etc/passwd"); break;
            case "folder": Directory.CreateDirectory(path); break;
            case "large":
                using (var stream = File.Create(path))
                    stream.SetLength(100 << 20);
                break;
            case "latin": File.WriteAllBytes(path, [.. "// caf"u8, 0xE9, (byte)'\n']); break;
            case "utf16": File.WriteAllText(path, "public static class Lab { }", System.Text.Encoding.Unicode); break;
            case "zeros": File.WriteAllBytes(path, [.. "// "u8, 0, 0, 0]); break;
        }
        var report = ground.Examine(path, checks: true);
        Assert.Equal(status, report.Status);
        Assert.Contains(message, report.Reason, StringComparison.Ordinal);
        Assert.Equal(0, report.Points);
        Assert.Equal(2, report.Laws.Count);
    }

    [Theory]
    [InlineData("(", ")", 20_000)]
    [InlineData("-", "", 50_000)]
    [InlineData("new[] { ", " }", 5_000)]
    [InlineData("((Func<int, int>)(x => ", "))", 2_000)]
    [InlineData("((Func<int, int>)(x => ", "))", 45)]
    [InlineData("1 + ", "", 1_000)]
    public void Code_that_is_meant_to_break_the_compiler_does_not(string open, string close, int depth)
    {
        using var folder = new TestFolder();
        var nested = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
        var file = folder.Write("Lab.cs", $"public static class Lab {{ public static object X() => {nested}; }}");
        Assert.Equal(0, ground.Examine(file, checks: true).Points);
    }

    private static void AssertFirst(HostileCase hostile, GradeReport report)
    {
        var first = report.Laws[0];
        if (hostile["Outcome"] is { } outcome)
            Assert.True(outcome.Split('|').Contains(first.Outcome.ToString()), report.ToJson());
        if (hostile["Reason"] is { } reason)
            Assert.Contains(reason, first.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', first.Reason);
    }

    private static bool IsIn(string? wanted, int points) => wanted!.Split('|')
        .Any(w => points == (w == "full" ? Full : int.Parse(w, CultureInfo.InvariantCulture)));

    /// <summary>One pool of processes for all, a file that nobody may see, and a port that nobody may reach.</summary>
    public sealed class Ground : IDisposable
    {
        public const string Secret = "nobody-may-read-this";

        private static readonly GradeOptions options = new() { LawTime = TimeSpan.FromSeconds(6), MemoryBytes = 512 << 20, Cases = 12, Seed = 20_26 };

        private readonly TestFolder canary = new();
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly ProcessPool pool = new(Sandbox.Best, new(options.MemoryBytes, 120));

        public Ground()
        {
            canary.Write("secret.txt", Secret);
            Environment.SetEnvironmentVariable("LAB_RED_TEAM_SECRET", Secret);
            listener.Start();
        }

        internal GradeReport Grade(HostileCase hostile, bool checks)
        {
            using var folder = new TestFolder();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
            return Examine(folder.Write("Lab.cs", hostile.Text
                .Replace("@CANARY@", canary.Path, StringComparison.Ordinal).Replace("@PORT@", port, StringComparison.Ordinal)), checks);
        }

        internal GradeReport Examine(string file, bool checks, LabManifest? other = null) =>
            new Examiner(pool) { ChecksSymbols = checks }.Grade(Submission.Of(file), other ?? lab, options);

        internal void AssertUntouched()
        {
            if (!Sandbox.Best.IsTight)
                return;                                               // limits alone keep nobody from files, and the report says so
            Assert.Equal(Secret, File.ReadAllText(canary.At("secret.txt")));
            Assert.Single(Directory.GetFileSystemEntries(canary.Path));
            Assert.False(listener.Pending(), "A connection was made.");
        }

        public void Dispose()
        {
            pool.Dispose();
            listener.Dispose();
            canary.Dispose();
        }
    }
}

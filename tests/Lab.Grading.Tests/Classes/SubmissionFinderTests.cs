using Lab.Grading.Classes;

namespace Lab.Grading.Tests.Classes;

public sealed class SubmissionFinderTests : IDisposable
{
    private readonly ClassFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_class_may_hold_folders_files_and_archives()
    {
        folder.With("ada/Lab.cs").With("grace.cs").With("linus/solution.cs").WithZip("edsger.zip", ("work/Lab.cs", "class A;", 0));
        Assert.Equal("ada 02; edsger 02; grace 02; linus 02", folder.Found("02"));
    }

    [Fact]
    public void A_students_copy_of_the_kit_has_a_submission_for_each_lab()
    {
        folder.With("ada/labs/02-softmax/Lab.cs").With("ada/labs/06-crf/Lab.cs").With("ada/src/Other.cs");
        Assert.Equal("ada 02; ada 06", folder.Found(null, "ada"));
        Assert.Equal("ada 06", folder.Found("06", "ada"));
        Assert.Equal("ada 02; ada 06", folder.Found(null));
    }

    [Fact]
    public void The_labs_folder_names_the_lab_of_a_single_file()
    {
        folder.With("ada/06-crf/Lab.cs");
        Assert.Equal("ada 06", folder.Found(null, "ada/06-crf/Lab.cs"));
        Assert.Equal("ada 06", folder.Found(null, "ada/06-crf"));
        Assert.Equal("ada 02", folder.Found("02", "ada/06-crf/Lab.cs"));
    }

    [Fact]
    public void What_is_missing_or_there_twice_is_reported_to_its_student()
    {
        folder.With("ada/readme.txt").With("grace/a.cs").With("grace/b.cs").With("linus/02-softmax/Lab.cs");
        Assert.Equal(
            "ada 06 missing; grace 06 There are several files (a.cs, b.cs), and none is Lab.cs: hand in one.; linus 06 missing", folder.Found("06"));
    }

    [Fact]
    public void A_host_that_points_at_one_file_or_folder_gets_a_report_where_there_is_no_file()
    {
        folder.With("ada/readme.txt");
        Assert.Equal("ada 02 missing", folder.Found("02", "ada/Lab.cs"));
        Assert.Equal("ada 02 missing", folder.Found("02", "ada"));
    }

    [Fact]
    public void A_lab_that_cannot_be_told_is_asked_for()
    {
        folder.With("ada/Lab.cs");
        Assert.Contains("--lab: 02, 06", Assert.Throws<GradingException>(() => folder.Found(null)).Message, StringComparison.Ordinal);
        Assert.Contains("There are: 02, 06", Assert.Throws<GradingException>(() => folder.Found("07")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_grade_and_no_such_path_are_said_plainly()
    {
        Assert.Contains("nothing to grade", Assert.Throws<GradingException>(() => folder.Found("02")).Message, StringComparison.Ordinal);
        Assert.Contains("no file or folder", Assert.Throws<GradingException>(() => folder.Found("02", "nowhere")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_submissions_of_one_student_are_refused()
    {
        folder.With("ada.cs").With("ada/Lab.cs");
        Assert.Contains("ada has 2 submissions for lab 02", Assert.Throws<GradingException>(() => folder.Found("02")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_not_followed()
    {
        if (OperatingSystem.IsWindows())
            return;
        folder.With("ada/Lab.cs");
        Directory.CreateSymbolicLink(folder["mallory"], folder["ada"]);
        Assert.Contains("mallory 02 mallory is a link", folder.Found("02"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../evil.cs", 0, "outside of it")]
    [InlineData("..\\evil.cs", 0, "outside of it")]
    [InlineData("/tmp/evil.cs", 0, "outside of it")]
    [InlineData("Lab.cs", 0xA1FF, "holds the link")]
    public void An_archive_that_reaches_out_is_not_unpacked(string name, int mode, string problem)
    {
        folder.WithZip("mallory.zip", (name, "class A;", mode));
        Assert.Contains(problem, folder.Found("02"), StringComparison.Ordinal);
        Assert.False(File.Exists(folder["evil.cs"]));
    }

    [Fact]
    public void A_broken_archive_is_a_submission_with_a_reason()
    {
        folder.With("mallory.zip", "this is no archive");
        Assert.StartsWith("mallory 02 The archive cannot be read", folder.Found("02"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_archives_file_is_cut_off_where_the_grader_refuses_it_anyway()
    {
        folder.WithZip("mallory.zip", ("Lab.cs", new string(' ', 50 << 20), 0));
        using var finder = new SubmissionFinder(ClassFolder.Labs, "02");
        var file = Assert.Single(finder.Find([folder.Path])).Submission.File;
        Assert.InRange(new FileInfo(file).Length, 300_000, 2 << 20);
    }

    [Fact]
    public void What_was_unpacked_is_gone_in_the_end()
    {
        folder.WithZip("ada.zip", ("Lab.cs", "class A;", 0));
        string file;
        using (var finder = new SubmissionFinder(ClassFolder.Labs, "02"))
        {
            file = Assert.Single(finder.Find([folder.Path])).Submission.File;
            Assert.True(File.Exists(file));
        }
        Assert.False(File.Exists(file));
    }
}

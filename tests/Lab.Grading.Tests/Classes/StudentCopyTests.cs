using Lab.Grading.Classes;

namespace Lab.Grading.Tests.Classes;

public sealed class StudentCopyTests : IDisposable
{
    private const string Telling = "var shifted = logits - logits.amax([1], keepdim: true);      // so that exp cannot overflow";

    private readonly ClassFolder kit = new();

    public StudentCopyTests() => kit
        .With("kit/README.md", "The kit")
        .With("kit/src/Core.cs", "class Core;")
        .With("kit/artifacts/bin/x.txt", "built")
        .With("kit/labs/02-softmax/Lab.cs", "public static class Lab { } // to do")
        .With("kit/labs/.instructor/02-softmax/Solution.cs", $"public static class Lab\n{{\n{Telling}\n}}");

    public void Dispose() => kit.Dispose();

    [Fact]
    public void A_copy_has_everything_but_solutions_and_build_output()
    {
        var copy = StudentCopy.Make(kit["kit"], kit["copy"]);
        Assert.Equal((3, 1), (copy.Files, copy.Solutions));
        Assert.True(File.Exists(kit["copy/labs/02-softmax/Lab.cs"]));
        Assert.False(Directory.Exists(kit["copy/labs/.instructor"]));
        Assert.False(Directory.Exists(kit["copy/artifacts"]));
    }

    [Fact]
    public void A_line_of_a_solution_in_a_students_file_stops_the_copy()
    {
        kit.With("kit/labs/02-softmax/README.md", $"The answer is\n    {Telling}\n");
        var problem = Assert.Throws<GradingException>(() => StudentCopy.Make(kit["kit"], kit["copy"]));
        Assert.Contains("labs/02-softmax/README.md", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Solution.cs", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(kit["copy"]));
        Assert.False(Directory.Exists(kit["copy.part"]));
    }

    [Fact]
    public void The_head_of_a_method_is_no_secret_and_what_it_gives_back_is()
    {
        const string Head = "public static Tensor Backbone(Tensor x, Tensor weight1, Tensor bias1, Tensor weight2, Tensor bias2)";
        const string Body = "functional.relu(functional.linear(functional.relu(functional.linear(x, weight1, bias1)), weight2, bias2));";
        kit.With("kit/labs/.instructor/02-softmax/wrong/One.cs", $"{Head} => {Body}").With("kit/labs/02-softmax/Lab.cs", Head + "\n{ }");
        Assert.Equal(2, StudentCopy.Make(kit["kit"], kit["copy"]).Solutions);
        kit.With("kit/labs/02-softmax/Lab.cs", $"{Head} => {Body}");
        Assert.Throws<GradingException>(() => StudentCopy.Make(kit["kit"], kit["other"]));
    }

    [Fact]
    public void A_line_that_the_library_holds_anyway_is_no_secret()
    {
        kit.With("kit/labs/02-softmax/README.md", Telling).With("kit/src/Softmax.cs", Telling);
        Assert.Equal(5, StudentCopy.Make(kit["kit"], kit["copy"]).Files);
    }

    [Fact]
    public void A_folder_that_is_not_empty_or_lies_in_the_kit_is_refused()
    {
        kit.With("copy/mine.txt", "mine");
        Assert.Contains("not empty", Assert.Throws<GradingException>(() => StudentCopy.Make(kit["kit"], kit["copy"])).Message, StringComparison.Ordinal);
        Assert.Contains("in the kit", Assert.Throws<GradingException>(() => StudentCopy.Make(kit["kit"], kit["kit/copy"])).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(kit["copy/mine.txt"]));
    }
}

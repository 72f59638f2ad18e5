using System.Text.Json.Nodes;
using Lab.Notebooks.Checks;
using Lab.Notebooks.Documents;

namespace Lab.Notebooks.Tests.Checks;

public sealed class NotebookLintTests
{
    private static IEnumerable<string> Rules(JsonObject notebook) =>
        NotebookLint.Check(NotebookDocument.Parse(notebook.ToJsonString(), "a.ipynb")).Select(finding => finding.Rule);

    private static IEnumerable<string> Rules(Action<JsonObject> spoil)
    {
        var notebook = Sample.Portable(Sample.Markdown("text", 1), Sample.Code("1 + 1", 1));
        spoil(notebook);
        return Rules(notebook);
    }

    [Fact]
    public void A_portable_notebook_has_no_findings() => Assert.Empty(Rules(Sample.Portable(
        Sample.Markdown("# Title\n\nWrite to me@example.org.\n```mermaid\ngraph LR\n```", 1),
        Sample.Code("""
            using System.Text;
            using static TorchSharp.torch;

            // display(x), HTML(x) and #r "nuget: X" in comments are text
            var text = "display(x); Console.Error; namespace N; dynamic";
            void Show(ReadOnlySpan<int> items) { Span<int> inside = stackalloc int[3]; Console.WriteLine(items.Length); }
            class Box { public int Display() => 1; public static int Twice(int n) => 2 * n; }
            static int Plain(this int n) => n;
            new[] { 1 }.Display();
            text
            """, 1))));

    [Theory]
    [InlineData("display", "display(3);")]
    [InlineData("display", "HTML(\"<b>\").Display();")]
    [InlineData("display", "3.DisplayAs(\"text/html\");")]
    [InlineData("display-semicolon", "3.Display()")]
    [InlineData("nuget", "#r \"nuget: TorchSharp, 0.107.0\"\n1")]
    [InlineData("reference", "#r \"../x.dll\"\n1")]
    [InlineData("reference", "#load \"x.csx\"\n1")]
    [InlineData("import", "#!import other.csx\n1")]
    [InlineData("import", "#!fsharp\nlet x = 1")]
    [InlineData("namespace", "namespace N { class A { } }")]
    [InlineData("namespace", "namespace N;\nclass A { }")]
    [InlineData("extension", "static class E { extension(int n) { public int Twice => 2 * n; } }")]
    [InlineData("extension", "static class E { public static int Twice(this int n) => 2 * n; }")]
    [InlineData("span", "Span<int> s = new int[3];")]
    [InlineData("span", "System.ReadOnlySpan<int> s = new int[3];")]
    [InlineData("span", "var s = \"abc\".AsSpan();")]
    [InlineData("span", "var s = stackalloc int[3];")]
    [InlineData("using-order", "var x = 1;\nusing System.Text;")]
    [InlineData("dynamic", "dynamic d = 1;")]
    [InlineData("stderr", "Console.Error.WriteLine(1);")]
    public void A_cell_that_a_kernel_does_not_take_is_found(string rule, string code) =>
        Assert.Equal([rule], Rules(Sample.Portable(Sample.Code(code, 1))).Distinct());

    [Fact]
    public void The_finding_tells_cell_and_line() => Assert.Equal(
        "cell 2, line 3: Verso fails a cell that writes to stderr: use Console.WriteLine. [stderr]",
        Assert.Single(NotebookLint.Check(NotebookDocument.Parse(
            Sample.Portable(Sample.Code("var x = 1;\n\nConsole.Error.Write(x);", 1)).ToJsonString(), "a.ipynb"))).ToString());

    [Theory]
    [InlineData("See @alice.")]
    [InlineData("@model first")]
    [InlineData("`@name` in code")]
    public void A_name_after_an_at_sign_in_text_is_found(string text) =>
        Assert.Equal(["at-name"], Rules(Sample.Portable(Sample.Markdown(text, 1))));

    [Fact]
    public void Faults_of_the_file_are_found()
    {
        Assert.Equal(["format"], Rules(notebook => notebook["nbformat_minor"] = 4));
        Assert.Equal(["kernelspec"], Rules(notebook => notebook["metadata"]!["kernelspec"]!["name"] = "python3"));
        Assert.Equal(["kernel-info"], Rules(notebook => notebook["metadata"]!.AsObject().Remove("polyglot_notebook")));
        Assert.Equal(["cell-id"], Rules(notebook => notebook["cells"]![2]!["id"] = "text-1"));
        Assert.Equal(["cell-id"], Rules(notebook => notebook["cells"]![2]!.AsObject().Remove("id")));
        Assert.Equal(["cell-kind"], Rules(notebook => notebook["cells"]![1]!["cell_type"] = "raw"));
        Assert.Equal(["cell-kind"], Rules(notebook => notebook["cells"]![2]!["metadata"]!["polyglot_notebook"]!["kernelName"] = "mermaid"));
        Assert.Equal(["cell-metadata"], Rules(notebook => notebook["cells"]![2]!["metadata"]!.AsObject().Remove("dotnet_interactive")));
        Assert.Equal(["import"], Rules(notebook => notebook["cells"]![0]!["source"] = "using System;"));
        Assert.Equal(["import", "import"], Rules(notebook => notebook["cells"]![0]!["source"] = "#!import kit.csx\nvar x = 1;"));
        Assert.Equal(["saved-error"], Rules(notebook => notebook["cells"]![2]!["outputs"] = JsonNode.Parse("""[{"output_type":"error"}]""")));
        Assert.Equal(["saved-error"], Rules(notebook =>
            notebook["cells"]![2]!["outputs"] = JsonNode.Parse("""[{"output_type":"stream","name":"stderr","text":"x"}]""")));
    }

    [Fact]
    public void Every_notebook_of_the_course_is_portable()
    {
        var folder = Path.Combine(Lab.Shared.Repository.Root, "notebooks");
        Assert.SkipUnless(Directory.Exists(folder), "There are no notebooks yet.");
        var findings = Directory.EnumerateFiles(folder, "*.ipynb").Order(StringComparer.Ordinal)
            .SelectMany(path => NotebookLint.Check(NotebookDocument.Load(path)).Select(finding => $"{Path.GetFileName(path)}: {finding}"));
        Assert.Equal([], findings);
    }
}

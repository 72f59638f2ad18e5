using Lab.Notebooks.Documents;
using Lab.Notebooks.Sessions;
using Lab.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Lab.Notebooks.Tests.Sessions;

public sealed class StopPointsTests
{
    private const string Look = "global::Lab.Notebooks.Sessions.StopButton.Look();";

    [Theory]
    [InlineData("while (true) x++;", "while (true) {LOOKx++;}")]
    [InlineData("while (true) { x++; }", "while (true) {LOOK x++; }")]
    [InlineData("for (;;) ;", "for (;;) {LOOK;}")]
    [InlineData("do x++; while (x < 9);", "do {LOOKx++;} while (x < 9);")]
    [InlineData("foreach (var a in b) foreach (var (c, d) in a) F(c);", "foreach (var a in b) {LOOKforeach (var (c, d) in a) {LOOKF(c);}}")]
    [InlineData("int F(int n) { return n; }", "int F(int n) {LOOK return n; }")]
    [InlineData("Action a = () => { while (x) y(); };", "Action a = () => {LOOK while (x) {LOOKy();} };")]
    [InlineData("class A { void M() { } int P { get { return 1; } } int Q => 2; }", "class A { void M() {LOOK } int P { get {LOOK return 1; } } int Q => 2; }")]
    [InlineData("items.Select(n => n + 1)", "items.Select(n => n + 1)")]
    [InlineData("while (true) {", "while (true) {")]
    public void Loops_and_bodies_look_at_the_button(string code, string wanted) =>
        Assert.Equal(wanted.Replace("LOOK", Look, StringComparison.Ordinal), StopPoints.In(code).Code);

    [Fact]
    public void Positions_lead_back_to_the_cell()
    {
        const string Code = "while (a) while (b) { c(); }\nfor (;;) d();";
        var stoppable = StopPoints.In(Code);
        foreach (var name in new[] { "a)", "b)", "c()", "for", "d()" })
        {
            Assert.Equal(
                Code.IndexOf(name, StringComparison.Ordinal),
                stoppable.PositionInCell(stoppable.Code.IndexOf(name == "a)" ? "(a)" : name, StringComparison.Ordinal) + (name == "a)" ? 1 : 0)));
        }
    }

    [Fact]
    public void Every_cell_of_the_course_keeps_its_lines_and_still_parses()
    {
        foreach (var path in Directory.GetFiles(Path.Combine(Repository.Root, "notebooks"), "*.ipynb"))
        {
            foreach (var cell in NotebookDocument.Load(path).CodeCells.Where(cell => !cell.Source.StartsWith("#!", StringComparison.Ordinal)))
            {
                var stoppable = StopPoints.In(cell.Source).Code;
                Assert.Equal(cell.Source.Split('\n').Length, stoppable.Split('\n').Length);
                Assert.DoesNotContain(
                    CSharpSyntaxTree.ParseText(stoppable, ScriptEngine.ParseOptions, cancellationToken: TestContext.Current.CancellationToken)
                        .GetDiagnostics(TestContext.Current.CancellationToken),
                    problem => problem.Severity == DiagnosticSeverity.Error);
            }
        }
    }
}

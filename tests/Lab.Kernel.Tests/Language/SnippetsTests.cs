using Lab.Kernel.Language;
using Lab.Notebooks.Sessions;
using Lab.Shared;

namespace Lab.Kernel.Tests.Language;

public sealed class SnippetsTests
{
    [Fact]
    public async Task Each_runs_as_it_stands_after_the_usings()
    {
        ReferenceResolver.Documentation ??= FrameworkReferences.Documentation;    // as in a kernel: what is read is kept for all sessions
        using var session = new ScriptSession(new() { BaseDirectory = Path.Combine(Repository.Root, "notebooks"), Interruptible = true });
        await Run("the kit", "#!import kit.csx");
        foreach (var (name, text) in Snippets.All)
            await Run(name, text);

        async Task Run(string name, string code) =>
            Assert.Null((await session.RunAsync(code, name, _ => { }, TestContext.Current.CancellationToken)).Error?.ToString());
    }

    [Fact]
    public void Their_names_differ() => Assert.Equal(Snippets.All.Count, Snippets.All.Select(snippet => snippet.Name).Distinct().Count());

    [Fact]
    public void They_are_offered_where_a_statement_begins_and_indented_as_it_is()
    {
        Assert.StartsWith("using (NewDisposeScope())\n    {\n", Offered("if (true)\n    sco"), StringComparison.Ordinal);
        Assert.StartsWith("using (NewDisposeScope())\n{\n", Offered("sc"), StringComparison.Ordinal);
        Assert.Null(Offered("var x = sco"));
        Assert.Null(Offered("s"));
        Assert.Null(Offered("zz"));

        static string? Offered(string code)
        {
            var start = code.LastIndexOf(' ') + 1;
            return Snippets.At(code, start, code.Length).FirstOrDefault()?.Text;
        }
    }
}

using System.Diagnostics;
using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Tests.Sessions;

public sealed class InterruptTests : IDisposable
{
    private readonly ScriptSession session = new(new()
    {
        Interruptible = true,
        ReadLine = cancel =>
        {
            cancel.WaitHandle.WaitOne();
            cancel.ThrowIfCancellationRequested();
            return null;
        },
    });

    private readonly List<string> results = [];
    private int number;

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("for (;;) ;")]
    [InlineData("do x++; while (true);")]
    [InlineData("foreach (var n in Forever()) x = n;")]
    [InlineData("while (true) { try { x++; throw new Exception(); } catch (Exception) { } }")]
    [InlineData("Spin();")]
    [InlineData("Enumerable.Range(0, int.MaxValue).Select(n => { x = n; return n; }).LongCount()")]
    [InlineData("System.Threading.Thread.Sleep(-1);")]
    [InlineData("Task.Delay(-1).Wait();")]
    [InlineData("Task.Run(() => { while (true) { } }).Wait();")]
    [InlineData("await Task.Run(() => { while (true) { } });")]
    [InlineData("while (true) await Task.Delay(1);")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("while (true) Console.Write(1);")]
    [InlineData("while (true) x.Display();")]
    [InlineData("Console.ReadLine();")]
    public async Task A_cell_stops_and_the_session_lives_on(string code)
    {
        await Run("var x = 5; void Spin() { while (true) x++; } IEnumerable<int> Forever() { while (true) yield return 1; }");
        var clock = Stopwatch.StartNew();
        var error = await Interrupted(code);
        Assert.Equal((CellErrorKind.Canceled, "Interrupted"), (error.Kind, error.Name));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
        await Run("System.Threading.Thread.Sleep(30); Task.Delay(5).Wait(); await Task.Delay(5); var y = x > 0;");
        await Run("y");
        Assert.Equal(["True"], results);
    }

    [Fact]
    public async Task What_the_cell_had_done_stays_and_its_line_is_told()
    {
        await Run("var total = 0;");
        var error = await Interrupted("var fresh = 7;\ntotal = 3;\nwhile (true)\n    total++;");
        Assert.Equal(("cell 2", 4), (error.Place!.Source, error.Place.Line));
        await Run("(fresh, total > 3)");
        Assert.Equal(["(7, True)"], results);
    }

    [Fact]
    public async Task A_cell_that_ended_just_before_is_no_error()
    {
        using var late = new CancellationTokenSource();
        var result = await session.RunAsync("1", "cell 1", _ => late.Cancel(), late.Token);
        Assert.True(result.Error is null or { Name: "Interrupted" });
        await Run("2");
        Assert.Equal(["2"], results);
    }

    [Fact]
    public async Task Columns_of_compile_errors_are_those_of_the_cell()
    {
        var result = await session.RunAsync("while (true) { for (;;) missing(); }", "cell 1", _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal((1, 25), (result.Error!.Place!.Line, result.Error.Place.Column));
    }

    [Fact]
    public async Task Line_numbers_of_exceptions_are_those_of_the_cell()
    {
        var result = await session.RunAsync("foreach (var n in new[] { 1, 2 })\n{\n    if (n > 1)\n        throw new Exception();\n}", "cell 1", _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(4, result.Error!.Place!.Line);
    }

    [Fact]
    public async Task An_expression_is_evaluated_and_forgotten()
    {
        await Run("var n = 4;");
        var (data, error) = await session.EvaluateAsync("n * 2", TestContext.Current.CancellationToken);
        Assert.Equal(("8", null), (data?.Text, error));
        Assert.Equal("CS0103", (await session.EvaluateAsync("nothing", TestContext.Current.CancellationToken)).Error?.Name);
        Assert.Single(session.Submissions);
    }

    private async Task Run(string code)
    {
        results.Clear();
        var result = await session.RunAsync(code, $"cell {++number}", happened =>
        {
            if (happened is ResultEvent value)
                results.Add(value.Data.Text);
        }, TestContext.Current.CancellationToken);
        Assert.Null(result.Error?.ToString());
    }

    private async Task<CellError> Interrupted(string code)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var result = await session.RunAsync(code, $"cell {++number}", _ => { }, stop.Token);
        return result.Error ?? throw new InvalidOperationException($"The cell ran through: {code}");
    }
}

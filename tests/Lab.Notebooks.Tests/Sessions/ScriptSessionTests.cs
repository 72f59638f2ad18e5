using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Tests.Sessions;

public sealed class ScriptSessionTests : IDisposable
{
    private readonly Cells cells = new();

    public void Dispose() => cells.Dispose();

    [Fact]
    public async Task Variables_methods_types_and_usings_live_on_in_later_cells()
    {
        await cells.Run("using System.Text.RegularExpressions;\nvar x = 20;\nint Twice(int n) => 2 * n;\nrecord Pair(int A, int B);");
        Assert.Equal("Pair { A = 41, B = 1 }", await cells.Run("var m = Regex.Match(\"a1\", \"[0-9]\");\nnew Pair(Twice(x) + 1, int.Parse(m.Value))"));
        Assert.Equal("21", await cells.Run("x++;\nx"));
    }

    [Fact]
    public async Task A_cell_may_redefine_a_variable()
    {
        await cells.Run("var x = 1;");
        Assert.Equal("two", await cells.Run("var x = \"two\";\nx"));
    }

    [Fact]
    public async Task Top_level_await_works() =>
        Assert.Equal("7", await cells.Run("await Task.Delay(1);\nawait Task.FromResult(7)"));

    [Theory]
    [InlineData("1 + 1", "2")]
    [InlineData("1 + 1 // the sum", "2")]
    [InlineData("(string?)null", "null")]
    [InlineData("int F() => 3;\nF()", "3")]
    [InlineData("var x = 1;", null)]
    [InlineData("Math.Max(1, 2);", null)]
    [InlineData("Console.Write(\"\")", null)]
    [InlineData("await Task.Delay(1)", null)]
    [InlineData("", null)]
    [InlineData("// nothing", null)]
    public async Task Only_an_expression_without_a_semicolon_at_the_end_is_the_cells_value(string code, string? value) =>
        Assert.Equal(value, await cells.Run(code));

    [Fact]
    public async Task Outputs_come_in_the_order_they_happened()
    {
        await cells.Run("""
            Console.WriteLine("one");
            new[] { 1, 2 }.Display();
            Console.Error.Write("two");
            Console.Write('3');
            await Task.Run(() => Console.WriteLine("four"));
            "five".Display();
            6
            """);
        Assert.Equal(
            ["stdout:one\n", "display:[1, 2]", "stderr:two", "stdout:3", "stdout:four\n", "display:five", "result:6"],
            cells.Happened);
    }

    [Fact]
    public async Task A_compile_error_tells_line_column_and_text_and_changes_nothing()
    {
        await cells.Run("var x = 1;");
        var error = await cells.Fail("x = 2;\n  y = 3;\nz = 4;");

        Assert.Equal((CellErrorKind.Compilation, "CS0103"), (error.Kind, error.Name));
        Assert.Equal(("cell 2", 2, 3, "  y = 3;"), (error.Place!.Source, error.Place.Line, error.Place.Column, error.Place.Text));
        Assert.Contains("'z'", Assert.Single(error.More), StringComparison.Ordinal);
        Assert.Contains("     2 |   y = 3;\n       |   ^", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("1", await cells.Run("x"));
    }

    [Fact]
    public async Task A_using_variable_at_the_top_level_is_refused_with_the_remedy() =>
        Assert.Contains("using (var x = ...)", (await cells.Fail("using var text = new System.IO.StringWriter();")).More[0], StringComparison.Ordinal);

    [Fact]
    public async Task An_exception_tells_the_users_frames_across_cells_and_keeps_what_was_done()
    {
        await cells.Run("int Check(int n)\n{\n    if (n > 2)\n        throw new ArgumentException(\"too big\");\n    return n;\n}");
        var error = await cells.Fail("var kept = 5;\nvar all = new[] { 1, 3 }.Select(n => Check(n)).ToList();");

        Assert.Equal((CellErrorKind.Exception, "ArgumentException", "too big"), (error.Kind, error.Name, error.Message));
        Assert.Equal(("cell 1", 4, "Check"), (error.Place!.Source, error.Place.Line, error.Place.Member));
        Assert.Contains(error.Places, place => place is { Source: "cell 2", Line: 2, Member: null });
        Assert.All(error.Places, place => Assert.StartsWith("cell ", place.Source, StringComparison.Ordinal));
        Assert.Equal("5", await cells.Run("kept"));
    }

    [Fact]
    public async Task An_exception_in_an_async_method_names_it()
    {
        await cells.Run("async Task Step()\n{\n    await Task.Delay(1);\n    throw new InvalidOperationException(\"late\");\n}");
        var error = await cells.Fail("await Step();");
        Assert.Equal(("cell 1", 4, "Step"), (error.Place!.Source, error.Place.Line, error.Place.Member));
    }

    [Fact]
    public async Task Inner_exceptions_are_told_and_empty_wrappers_are_not()
    {
        var error = await cells.Fail("""
            await Task.Run(() => throw new InvalidOperationException("outer", new FormatException("inner")));
            """);
        Assert.Equal(("InvalidOperationException", "outer"), (error.Name, error.Message));
        Assert.Equal(["caused by FormatException: inner"], error.More);

        error = await cells.Fail("""Task.Run(() => throw new FormatException("only")).Wait();""");
        Assert.Equal("FormatException", error.Name);
    }

    [Fact]
    public async Task A_value_whose_formatter_throws_fails_the_cell()
    {
        await cells.Run("class Bad { public override string ToString() => throw new NotSupportedException(\"no text\"); }");
        var error = await cells.Fail("new Bad()");
        Assert.Equal(("NotSupportedException", "no text"), (error.Name, error.Message));
    }

    [Fact]
    public async Task Long_text_is_cut_with_a_note_and_the_cell_runs_on()
    {
        using var small = new Cells(limits: new(StreamCharacters: 10));
        await small.Run("for (var i = 0; i < 1000; i++) Console.Write(\"1234\");\nConsole.Error.Write(\"whole\");\n\"end\"");
        Assert.Equal("12341234", string.Concat(small.Happened.Take(2).Select(text => text[7..])));
        Assert.Equal(
            ["stdout:12", "stdout:\n[cut here: a cell may write 10 characters to stdout]\n", "stderr:whole", "result:end"],
            small.Happened.Skip(2));
    }

    [Fact]
    public async Task Text_of_exactly_the_limit_is_not_cut()
    {
        using var small = new Cells(limits: new(StreamCharacters: 4));
        await small.Run("Console.Write(\"12\"); Console.Write(\"34\"); Console.Write(\"\");");
        Assert.Equal(["stdout:12", "stdout:34"], small.Happened);
    }

    [Fact]
    public async Task A_character_of_two_halves_is_not_cut_in_the_middle()
    {
        using var small = new Cells(limits: new(StreamCharacters: 2));
        await small.Run("Console.Write(\"a🎉b\");");
        Assert.Equal("stdout:a", small.Happened.First());
    }

    [Fact]
    public async Task Many_values_are_cut_with_a_note()
    {
        using var small = new Cells(limits: new(Displays: 2));
        await small.Run("for (var i = 0; i < 100; i++) i.Display();");
        Assert.Equal(["display:0", "display:1", "display:[cut here: a cell may show 2 values]"], small.Happened);
    }

    [Fact]
    public async Task A_form_of_a_value_that_is_too_long_is_left_out_with_a_note()
    {
        using var small = new Cells(limits: new(DisplayCharacters: 20));
        await small.Run("class Wide { public string ToHtml() => new string('x', 99); public override string ToString() => \"wide\"; }\nnew Wide().Display();");
        var data = Assert.IsType<DisplayEvent>(Assert.Single(small.Events)).Data;
        Assert.Equal(["text/plain"], data.Data.Keys);
        Assert.Equal("wide\n[text/html left out: 99 characters, the limit is 20]", data.Text);
    }

    [Fact]
    public async Task Cancelling_gives_control_back_mutes_the_cell_and_keeps_the_session()
    {
        await cells.Run("var x = 1; var stop = false;");
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var result = await cells.RunAny("while (!stop) { Thread.Sleep(5); }\nConsole.WriteLine(\"too late\");".Replace("Thread", "System.Threading.Thread", StringComparison.Ordinal), cancel.Token);
        Assert.Equal(CellErrorKind.Canceled, result.Error!.Kind);

        await cells.Run("stop = true;\nSystem.Threading.Thread.Sleep(100);\nConsole.Write(x);");
        Assert.Equal(["stdout:1"], cells.Happened);
    }

    [Fact]
    public async Task A_cell_that_replaces_the_console_does_not_silence_the_next()
    {
        await cells.Run("Console.SetOut(System.IO.TextWriter.Null);");
        await cells.Run("Console.Write(\"heard\");");
        Assert.Equal(["stdout:heard"], cells.Happened);
    }

    [Fact]
    public async Task Two_sessions_at_once_keep_their_outputs_apart()
    {
        using var other = new Cells();
        const string Code = "for (var i = 0; i < 20; i++) { Console.Write(\"NAME\"); await Task.Delay(1); }";
        await Task.WhenAll(
            cells.Run(Code.Replace("NAME", "a", StringComparison.Ordinal)),
            other.Run(Code.Replace("NAME", "b", StringComparison.Ordinal)));
        Assert.All(cells.Happened, text => Assert.Equal("stdout:a", text));
        Assert.All(other.Happened, text => Assert.Equal("stdout:b", text));
    }

    [Fact]
    public async Task Cells_start_on_one_thread_so_that_gradient_mode_stays()
    {
        await cells.Run("var thread = Environment.CurrentManagedThreadId;");
        await cells.Run("await Task.Delay(1);");
        Assert.Equal("True", await cells.Run("thread == Environment.CurrentManagedThreadId"));
    }
}

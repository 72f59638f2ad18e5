using System.Text.Json.Nodes;
using Lab.Kernel.Wire;
using NetMQ;

namespace Lab.Kernel.Tests.Live;

/// <summary>A kernel that all of these tests talk to, one after the other.</summary>
public sealed class SharedKernel : IDisposable
{
    internal TestKernel Kernel { get; } = new();

    public void Dispose() => Kernel.Dispose();
}

public sealed class KernelTests(SharedKernel shared) : IClassFixture<SharedKernel>
{
    private readonly TestKernel kernel = shared.Kernel;

    [Fact]
    public void It_says_what_it_is()
    {
        var info = kernel.Ask("kernel_info_request");
        Assert.Equal(("5.4", "C#", ".cs"), ((string?)info["protocol_version"], (string?)info["language_info"]!["name"], (string?)info["language_info"]!["file_extension"]));
        Assert.Equal("5.4", (string?)kernel.Control("kernel_info_request")["protocol_version"]);
    }

    [Fact]
    public void Outputs_come_in_order_and_values_with_every_form()
    {
        var answer = kernel.Execute("""
            Console.Write("a");
            Console.Error.Write("b");
            5.Display();
            Console.WriteLine("c");
            6
            """);
        Assert.Equal(("ok", "execute_input"), (answer.Status, answer.Told[0].Type));
        Assert.Equal(["stdout:a", "stderr:b", "display:5", "stdout:c\n", "result:6"], answer.Outputs);

        kernel.Execute("class Rich { public string ToHtml() => \"<b>x</b>\"; }");
        var data = kernel.Execute("new Rich()").Told[^1].Content["data"]!;
        Assert.Equal("<b>x</b>", (string?)data["text/html"]);
    }

    [Fact]
    public void A_display_is_updated_under_its_name_also_from_a_later_cell()
    {
        var first = kernel.Execute("var shown = 1.Display(); shown.Update(2);");
        Assert.Equal(["display:1", "update:2"], first.Outputs);
        var later = kernel.Execute("shown.Update(3);");
        Assert.Equal(["update:3"], later.Outputs);
        Assert.Equal(Id(first.Told[1]), Id(later.Told[^1]));

        static string? Id((string, JsonObject Content) message) => (string?)message.Content["transient"]!["display_id"];
    }

    [Fact]
    public void Output_is_cleared_when_a_cell_says_so()
    {
        var answer = kernel.Execute("Console.Write(1); ClearOutput(wait: true); Console.Write(2);");
        Assert.Equal(["stdout:1", "clear", "stdout:2"], answer.Outputs);
        Assert.True((bool?)answer.Told.Single(message => message.Type == "clear_output").Content["wait"]);
    }

    [Fact]
    public void The_count_goes_up_only_for_what_is_kept()
    {
        var first = (int)kernel.Execute("1").Reply["execution_count"]!;
        kernel.Execute("2", with => with["store_history"] = false);
        kernel.Execute("3", with => with["silent"] = true);
        kernel.Execute(" ");
        Assert.Equal(first + 1, (int)kernel.Execute("4").Reply["execution_count"]!);
        var history = kernel.Ask("history_request", new() { ["hist_access_type"] = "tail", ["n"] = 3, ["output"] = true })["history"]!.AsArray();
        Assert.Equal(["1", "4"], history.Select(entry => (string?)entry![2]![0]).Where(code => code != " "));
        Assert.Equal("4", (string?)history[^1]![2]![1]);
    }

    [Fact]
    public void A_silent_cell_runs_and_tells_nothing()
    {
        var answer = kernel.Execute("var quiet = 1; Console.Write(1); 5", with => with["silent"] = true);
        Assert.Equal("ok", answer.Status);
        Assert.Empty(answer.Told);
        Assert.Equal(["result:1"], kernel.Execute("quiet").Outputs);
    }

    [Fact]
    public void An_error_is_told_with_the_line_marked()
    {
        var answer = kernel.Execute("var fine = 1;\nthrow new ArgumentException(\"no\");");
        Assert.Equal(("error", "ArgumentException", "no"), (answer.Status, (string?)answer.Reply["ename"], (string?)answer.Reply["evalue"]));
        var trace = string.Join('\n', answer.Told[^1].Content["traceback"]!.AsArray().Select(line => (string?)line));
        Assert.Contains("-->  2 | throw new ArgumentException", trace, StringComparison.Ordinal);
    }

    [Fact]
    public void What_waits_behind_an_error_is_given_up_unless_told_otherwise()
    {
        string[] stopped = [Sleepy("throw new Exception();", true), kernel.Send("execute_request", TestKernel.Code("1")), kernel.Send("is_complete_request", new() { ["code"] = "1" })];
        Assert.Equal(["error", "aborted", "complete"], stopped.Select(id => kernel.WaitFor(id).Status));
        string[] going = [Sleepy("throw new Exception();", false), kernel.Send("execute_request", TestKernel.Code("1"))];
        Assert.Equal(["error", "ok"], going.Select(id => kernel.WaitFor(id).Status));

        string Sleepy(string code, bool stop) => kernel.Send(
            "execute_request", TestKernel.Code($"System.Threading.Thread.Sleep(100); {code}", with => with["stop_on_error"] = stop));
    }

    [Fact]
    public void Expressions_are_evaluated_beside_the_cell_and_leave_nothing()
    {
        var values = kernel.Execute("var n = 20;", with => with["user_expressions"] = new JsonObject { ["twice"] = "n * 2", ["bad"] = "nothing" }).Reply["user_expressions"]!;
        Assert.Equal(("ok", "40"), ((string?)values["twice"]!["status"], (string?)values["twice"]!["data"]!["text/plain"]));
        Assert.Equal(("error", "CS0103"), ((string?)values["bad"]!["status"], (string?)values["bad"]!["ename"]));
    }

    [Fact]
    public void A_cell_that_reads_a_line_gets_what_is_typed()
    {
        var id = kernel.Send("execute_request", TestKernel.Code(
            "var line = Console.ReadLine(); var more = (char)Console.Read(); $\"{line}, {more}, {Console.ReadLine()}\"", with => with["allow_stdin"] = true));
        kernel.Type("Ada");
        kernel.Type("xyz");
        Assert.Equal(["result:Ada, x, yz"], kernel.WaitFor(id).Outputs);
    }

    [Fact]
    public void A_line_for_another_question_than_the_one_that_waits_is_dropped()
    {
        var first = Ask();
        kernel.Control("interrupt_request");
        Assert.Equal("Interrupted", (string?)kernel.WaitFor(first.Id).Reply["ename"]);
        kernel.Answer("too late", first.Question);
        kernel.WaitForLog("a input_reply on the Stdin channel was dropped");

        var second = Ask();
        kernel.Answer("for the first", first.Question);
        kernel.Answer("for the second", second.Question);
        Assert.Equal(["result:for the second"], kernel.WaitFor(second.Id).Outputs);

        (string Id, KernelMessage Question) Ask()
        {
            var id = kernel.Send("execute_request", TestKernel.Code("Console.ReadLine()", with => with["allow_stdin"] = true));
            var question = kernel.WaitForQuestion();
            Assert.Equal(id, (string?)question.Parent["msg_id"]);
            return (id, question);
        }
    }

    [Fact]
    public void Positions_count_characters_and_the_cursor_may_stand_before_the_end()
    {
        var all = kernel.Ask("complete_request", new() { ["code"] = "var 😀 = 1;", ["cursor_pos"] = 0 });
        Assert.Equal("ok", (string?)all["status"]);
        var code = "var s = \"😀\"; Math.Sq + 1";
        var answer = kernel.Ask("complete_request", new() { ["code"] = code, ["cursor_pos"] = 20 });
        Assert.Equal(["Sqrt"], answer["matches"]!.AsArray().Select(match => (string?)match));
        Assert.Equal((18, 20), ((int)answer["cursor_start"]!, (int)answer["cursor_end"]!));
    }

    [Fact]
    public void It_listens_on_loopback_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Sockets are looked up in /proc.");
        var connection = kernel.Connection;
        int[] ports = [connection.ShellPort, connection.ControlPort, connection.StdinPort, connection.IOPubPort, connection.HeartbeatPort];
        var listening = File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6")).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 3 && words[3] == "0A").Select(words => words[1]).ToList();
        Assert.All(ports, port => Assert.Equal([$"0100007F:{port:X4}"], listening.Where(place => place.EndsWith($":{port:X4}", StringComparison.Ordinal))));
    }

    [Fact]
    public void Its_heart_beats_while_a_cell_runs()
    {
        var id = kernel.Send("execute_request", TestKernel.Code("Console.WriteLine(1); while (true) { }"));
        kernel.WaitForMessage(id, "stream");
        using var heart = new NetMQ.Sockets.RequestSocket($">tcp://127.0.0.1:{kernel.Connection.HeartbeatPort}");
        heart.SendFrame("beat");
        Assert.True(heart.TryReceiveFrameString(TimeSpan.FromSeconds(60), out var echo));
        Assert.Equal("beat", echo);
        kernel.Control("interrupt_request");
        Assert.Equal("Interrupted", (string?)kernel.WaitFor(id).Reply["ename"]);
    }

    [Fact]
    public void A_cell_that_reads_where_nobody_can_be_asked_fails() =>
        Assert.Contains("nobody can be asked", (string?)kernel.Execute("Console.ReadLine()").Reply["evalue"], StringComparison.Ordinal);

    [Fact]
    public void Comms_are_none_and_are_closed_when_opened()
    {
        Assert.Empty(kernel.Ask("comm_info_request")["comms"]!.AsObject());
        kernel.Send("comm_open", new() { ["comm_id"] = "c", ["target_name"] = "widget" });
        Assert.Equal("ok", kernel.Execute("1").Status);
    }

    [Fact]
    public void Forged_and_malformed_messages_are_dropped_and_logged()
    {
        kernel.SendRaw("nonsense"u8.ToArray());
        kernel.SendRaw("<IDS|MSG>"u8.ToArray(), new byte[64], "{\"msg_id\":\"1\",\"msg_type\":\"execute_request\"}"u8.ToArray(), "{}"u8.ToArray(), "{}"u8.ToArray(), "{\"code\":\"Environment.Exit(3)\"}"u8.ToArray());
        Assert.Equal("ok", kernel.Execute("1").Status);
        kernel.WaitForLog("on the shell channel was dropped: it has 2 frames");
        kernel.WaitForLog("on the shell channel was dropped: its signature is wrong");
    }

    [Fact]
    public void A_request_that_is_not_known_or_has_wrong_fields_harms_nothing()
    {
        kernel.Send("strange_request", []);
        Assert.Equal("ok", kernel.Execute("1", with => { with["silent"] = "maybe"; with["user_expressions"] = 5; }).Status);
        Assert.Equal("ok", (string?)kernel.Ask("history_request", new() { ["n"] = "many" })["status"]);
    }

    [Fact]
    public void The_kit_is_found_from_the_notebooks_folder()
    {
        Assert.Equal("ok", kernel.Execute("#!import kit.csx").Status);
        Assert.Equal(["result:3"], kernel.Execute("(long)TorchSharp.torch.ones(3).shape[0]").Outputs);
    }
}

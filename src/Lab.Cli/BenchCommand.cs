using System.CommandLine;
using System.Text;
using Lab.Bench;
using Lab.Core.Runtime;
using Lab.Notebooks.Figures;
using Lab.Plots;
using Lab.Plots.Script;
using Lab.Shared;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab bench</c>: times the kit's ops against the library's and against PyTorch in Python, side by side.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("names")
        {
            Description = $"Ops to time, by any part of their names: cross-entropy, softmax; or {Works.KernelStart}, {Works.DecodingMemory}. All when left out.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var quick = new Option<bool>("--quick") { Description = "Small sizes and few laps: shows that everything works, and little about speed." };
        var threads = new Option<int[]>("--threads")
        {
            Description = "How many threads each side may use; several make several rows.",
            DefaultValueFactory = _ => [1, 2],
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        var noPython = new Option<bool>("--no-python") { Description = "Leave Python out." };
        var command = new Command("bench", "Time the ops against the library's and against PyTorch in Python.") { names, quick, threads, noPython };
        command.SetAction(async (parsed, cancel) => await RunAsync(
            parsed.GetValue(names) ?? [], parsed.GetValue(quick), parsed.GetValue(threads) ?? [], !parsed.GetValue(noPython), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string[] names, bool quick, int[] threads, bool python, CancellationToken cancel)
    {
        if (threads.Any(count => count is not (>= 1 and <= 1024)))
            throw new UserException($"--threads wants numbers from 1 to 1024, got {string.Join(' ', threads)}.");
        LibTorch.Load();
        var ops = names.Where(name => name is not (Works.KernelStart or Works.DecodingMemory)).ToArray();
        var run = new BenchRun(ops.Length == 0 && names.Length > 0 ? [] : Chosen(ops, quick), [.. threads.Distinct()], quick ? RaceOptions.Quick : RaceOptions.Careful) { WithPython = python };
        BenchReport report;
        try
        {
            report = await BenchProgress.ShowAsync(run, cancel);
            if (names.Length == 0 || names.Contains(Works.KernelStart))
                report = await BenchStarts.AddAsync(report, quick ? 1 : 9, python, cancel);
        }
        catch (DifferentNumbersException problem)
        {
            await Console.Error.WriteLineAsync($"lab: {problem.Message}");
            return 1;
        }
        if (names.Length == 0 || names.Contains(Works.DecodingMemory))
            report = report with { Memory = DecodingMemory.Measure(quick ? 1_000 : 20_000, cancel) };
        BenchPrinter.Print(report = report with { Quick = quick });
        await SaveAsync(report, cancel);
        return 0;
    }

    private static IReadOnlyList<Work> Chosen(string[] names, bool quick)
    {
        try
        {
            return Works.Named(names, quick);
        }
        catch (ArgumentException unknown)
        {
            throw new UserException(unknown.Message.Split(" (Parameter", 2)[0]);
        }
    }

    /// <summary>Writes report and picture, and says where.</summary>
    private static async Task SaveAsync(BenchReport report, CancellationToken cancel)
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "bench", report.Quick ? "quick" : "");
        Write("report.json", report.ToJson());
        Terminal.Out.WriteLine($"Report and figure: {Path.GetRelativePath(Directory.GetCurrentDirectory(), folder)}");
        if (report.Rows.Count == 0)
            return;
        var figure = BenchFigure.Of(report);
        Write("figure.json", figure.ToPlotlyJson());
        Write("figure.html", $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>lab bench</title></head><body>{figure.ToHtml()}</body></html>");
        if (await DrawAsync(figure, cancel) is { } png)
            AtomicFile.Write(Path.Combine(folder, "figure.png"), png);
        else
            File.Delete(Path.Combine(folder, "figure.png"));          // an older one would show other numbers

        void Write(string name, string text) => AtomicFile.Write(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));
    }

    private static async Task<byte[]?> DrawAsync(Figure figure, CancellationToken cancel)
    {
        if (Browser.Find() is not { } browser)
            return null;
        var drawn = await new FigureRenderer(browser, PlotlyScript.Text).DrawAsync([figure.ToPlotlyJson()], cancel);
        if (drawn[0].Problem is { } problem)
            await Console.Error.WriteLineAsync($"lab: the figure could not be drawn as PNG: {problem}");
        return drawn[0].Png;
    }
}

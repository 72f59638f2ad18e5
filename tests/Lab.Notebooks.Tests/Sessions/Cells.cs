using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Tests.Sessions;

/// <summary>A session and what its cells gave out, as short text: <c>stdout:..., display:..., result:...</c>.</summary>
internal sealed class Cells : IDisposable
{
    private readonly ScriptSession session;
    private int number;

    public Cells(string? folder = null, OutputLimits? limits = null) => session = new(new()
    {
        BaseDirectory = folder ?? Path.GetTempPath(),
        Limits = limits ?? OutputLimits.Default,
    });

    public List<SessionEvent> Events { get; } = [];

    public IEnumerable<string> Happened => Events.Select(happened => happened switch
    {
        StreamEvent(var name, var text) => $"{name}:{text}",
        DisplayEvent display => $"display:{display.Data.Text}",
        ResultEvent(var data) => $"result:{data.Text}",
        _ => "?",
    });

    /// <summary>Runs a cell that must succeed, and returns the text of its trailing expression, if any.</summary>
    public async Task<string?> Run(string code)
    {
        Assert.Null((await RunAny(code)).Error?.ToString());
        return Events.OfType<ResultEvent>().SingleOrDefault()?.Data.Text;
    }

    /// <summary>Runs a cell that must fail.</summary>
    public async Task<CellError> Fail(string code) =>
        (await RunAny(code)).Error ?? throw new InvalidOperationException($"The cell ran through: {code}");

    public Task<CellResult> RunAny(string code, CancellationToken cancel = default)
    {
        Events.Clear();
        return session.RunAsync(code, $"cell {++number}", Events.Add, cancel);
    }

    public void Dispose() => session.Dispose();
}

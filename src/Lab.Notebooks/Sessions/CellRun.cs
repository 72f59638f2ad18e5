using System.Globalization;
using Lab.Notebooks.Displays;

namespace Lab.Notebooks.Sessions;

/// <summary>
/// One run of one cell: takes what the cell gives out, keeps it within the limits, and hands it on in order. It is found
/// through the execution context, so that tasks and threads that a cell starts write to their own session.
/// </summary>
internal sealed class CellRun(Action<SessionEvent> onEvent, OutputLimits limits)
{
    private static readonly AsyncLocal<CellRun?> current = new();

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> written = [];
    private int displays;
    private bool closed;

    public static CellRun? Current
    {
        get => current.Value;
        set => current.Value = value;
    }

    public void Write(string stream, ReadOnlySpan<char> text)
    {
        lock (gate)
        {
            if (closed || text.IsEmpty)
                return;
            var before = written.GetValueOrDefault(stream);
            written[stream] = before + text.Length;
            var room = limits.StreamCharacters - before;
            if (room <= 0)
                return;
            var kept = text.Length <= room ? text : text[..(int)room];
            if (char.IsHighSurrogate(kept[^1]) && kept.Length < text.Length)
                kept = kept[..^1];
            if (!kept.IsEmpty)
                onEvent(new StreamEvent(stream, kept.ToString()));
        }
    }

    public void Emit(SessionEvent happened)
    {
        lock (gate)
        {
            if (closed || displays++ >= limits.Displays)
                return;
            onEvent(happened switch
            {
                DisplayEvent(var data) => new DisplayEvent(Fitted(data)),
                ResultEvent(var data) => new ResultEvent(Fitted(data)),
                _ => happened,
            });
        }
    }

    /// <summary>Ends the run: says what was cut, and drops all that comes later.</summary>
    public void Close()
    {
        lock (gate)
        {
            if (closed)
                return;
            foreach (var (stream, count) in written)
            {
                if (count > limits.StreamCharacters)
                    onEvent(new StreamEvent(stream, Note($"{Count(count - limits.StreamCharacters)} more characters", limits.StreamCharacters)));
            }
            if (displays > limits.Displays)
                onEvent(new StreamEvent(StreamEvent.Stdout, Note($"{Count(displays - limits.Displays)} more values", limits.Displays)));
            closed = true;
        }
    }

    /// <summary>Drops all that comes from now on, without a word: the caller gave up on the cell.</summary>
    public void Abandon()
    {
        lock (gate)
            closed = true;
    }

    private MimeBundle Fitted(MimeBundle data)
    {
        if (data.Data.Values.All(text => text.Length <= limits.DisplayCharacters))
            return data;
        var kept = data.Data.Where(form => form.Value.Length <= limits.DisplayCharacters).ToDictionary();
        var cut = data.Data.Where(form => form.Value.Length > limits.DisplayCharacters)
            .Select(form => $"[{form.Key} left out: {Count(form.Value.Length)} characters, the limit is {Count(limits.DisplayCharacters)}]");
        var text = kept.TryGetValue(MimeBundle.Plain, out var plain) ? plain + "\n" : "";
        kept[MimeBundle.Plain] = text + string.Join("\n", cut);
        return new(kept);
    }

    private static string Note(string cut, int limit) => $"\n[cut: {cut}; a cell's limit is {Count(limit)}]\n";

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}

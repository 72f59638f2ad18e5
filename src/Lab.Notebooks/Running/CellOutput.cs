using System.Text;
using Lab.Notebooks.Displays;

namespace Lab.Notebooks.Running;

/// <summary>One output of a cell, as notebooks keep it.</summary>
public abstract record CellOutput;

/// <summary>Console text.</summary>
/// <param name="Name"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Text">The text.</param>
public sealed record StreamOutput(string Name, string Text) : CellOutput;

/// <summary>A value shown.</summary>
/// <param name="Data">The value in every form.</param>
/// <param name="IsResult">True for the trailing expression's value.</param>
public sealed record DataOutput(MimeBundle Data, bool IsResult) : CellOutput;

/// <summary>Collects a cell's events into outputs: neighbouring pieces of one stream become one, an update replaces what it updates.</summary>
internal sealed class OutputCollector
{
    private readonly List<CellOutput> outputs = [];
    private readonly StringBuilder text = new();
    private readonly Dictionary<string, int> places = [];                // of displays that may be updated
    private string? stream;
    private bool clearFirst;

    public void Add(Sessions.SessionEvent happened)
    {
        if (happened is Sessions.ClearEvent(var wait))
        {
            clearFirst = wait;
            if (!wait)
                Clear();
            return;
        }
        if (clearFirst)
            Clear();
        if (happened is Sessions.StreamEvent(var name, var piece))
        {
            if (name != stream)
                EndStream();
            stream = name;
            text.Append(piece);
            return;
        }
        EndStream();
        switch (happened)
        {
            case Sessions.DisplayEvent display:
                if (display.Id is not null)
                    places[display.Id] = outputs.Count;
                outputs.Add(new DataOutput(display.Data, IsResult: false));
                break;
            case Sessions.ResultEvent result:
                outputs.Add(new DataOutput(result.Data, IsResult: true));
                break;
            case Sessions.UpdateEvent update:
                if (places.TryGetValue(update.Id, out var place))
                    outputs[place] = new DataOutput(update.Data, IsResult: false);
                break;
            default:
                throw new ArgumentException($"An event of a known kind was wanted, got {happened.GetType()}.", nameof(happened));
        }
    }

    private void Clear()
    {
        clearFirst = false;
        text.Clear();
        stream = null;
        outputs.Clear();
        places.Clear();
    }

    public IReadOnlyList<CellOutput> ToOutputs()
    {
        EndStream();
        return [.. outputs];
    }

    private void EndStream()
    {
        if (stream is not null)
            outputs.Add(new StreamOutput(stream, text.ToString()));
        stream = null;
        text.Clear();
    }
}

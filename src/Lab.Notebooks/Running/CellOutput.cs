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

/// <summary>Collects a cell's events into outputs: neighbouring pieces of one stream become one.</summary>
internal sealed class OutputCollector
{
    private readonly List<CellOutput> outputs = [];
    private readonly StringBuilder text = new();
    private string? stream;

    public void Add(Sessions.SessionEvent happened)
    {
        if (happened is Sessions.StreamEvent(var name, var piece))
        {
            if (name != stream)
                EndStream();
            stream = name;
            text.Append(piece);
            return;
        }
        EndStream();
        outputs.Add(happened switch
        {
            Sessions.DisplayEvent display => new DataOutput(display.Data, IsResult: false),
            Sessions.ResultEvent result => new DataOutput(result.Data, IsResult: true),
            _ => throw new ArgumentException($"An event of a known kind was wanted, got {happened.GetType()}.", nameof(happened)),
        });
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

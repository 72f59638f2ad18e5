namespace Lab.Notebooks.Running;

/// <summary>Reads a stream to its end and keeps its first and last characters.</summary>
internal sealed class TextTail
{
    private const int Kept = 8 * 1024;

    private readonly Lock gate = new();
    private string head = "";
    private string tail = "";

    /// <param name="reader">The stream.</param>
    /// <param name="onText">Takes all of it, piece by piece; null for nobody.</param>
    public TextTail(TextReader reader, Action<string>? onText = null) => Ended = Task.Run(() => ReadAsync(reader, onText));

    /// <summary>Done when the stream has ended.</summary>
    public Task Ended { get; }

    public string Text
    {
        get
        {
            lock (gate)
                return head + tail;
        }
    }

    private async Task ReadAsync(TextReader reader, Action<string>? onText)
    {
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            onText?.Invoke(new(buffer, 0, count));
            lock (gate)
            {
                var forHead = Math.Min(count, Kept - head.Length);
                head += new string(buffer, 0, forHead);
                tail += new string(buffer, forHead, count - forHead);
                if (tail.Length > Kept)
                    tail = tail[^Kept..];
            }
        }
    }
}

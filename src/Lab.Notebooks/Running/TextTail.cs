namespace Lab.Notebooks.Running;

/// <summary>Reads a stream to its end and keeps its first and last characters.</summary>
internal sealed class TextTail
{
    private const int Kept = 8 * 1024;

    private readonly Lock gate = new();
    private string head = "";
    private string tail = "";

    public TextTail(TextReader reader) => Ended = Task.Run(() => ReadAsync(reader));

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

    private async Task ReadAsync(TextReader reader)
    {
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
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

using System.Text;
using Lab.Grading.Isolation;

namespace Lab.Grading.Remote;

/// <summary>Reads a process's error stream, keeps its first characters, and counts the rest.</summary>
internal sealed class ErrorTail
{
    private const int Kept = 16 * 1024;

    private readonly Lock gate = new();
    private readonly StringBuilder text = new();
    private readonly Task reading;

    public ErrorTail(TextReader reader, Action tooMuch) => reading = Task.Run(() => ReadAsync(reader, tooMuch));

    public string Text
    {
        get
        {
            lock (gate)
                return text.ToString();
        }
    }

    /// <summary>Waits a little for what is still on its way.</summary>
    public void Wait() => reading.Wait(1000);

    private async Task ReadAsync(TextReader reader, Action tooMuch)
    {
        var buffer = new char[4096];
        var total = 0L;
        int count;
        try
        {
            while ((count = await reader.ReadAsync(buffer)) > 0)
            {
                if ((total += count) > ProcessLimits.ErrorCharacters)
                {
                    tooMuch();
                    return;
                }
                lock (gate)
                    text.Append(buffer, 0, Math.Min(count, Kept - text.Length));
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // The process was ended.
        }
    }
}

namespace Lab.Notebooks.Sessions;

/// <summary>
/// A console reader that asks whoever sits before the running cell's notebook; outside cells it is the real console.
/// <c>Console.SetIn</c> lets one thread in at a time.
/// </summary>
internal sealed class ConsoleInput(TextReader outside) : TextReader
{
    private string line = "";
    private int next;

    public override string? ReadLine()
    {
        if (CellRun.Current is not { } run)
            return outside.ReadLine();
        if (next == line.Length)
            return run.ReadLine();
        var rest = line[next..^1];                                        // of a line that Read() has begun
        next = line.Length;
        return rest;
    }

    public override int Read()
    {
        if (CellRun.Current is not { } run)
            return outside.Read();
        if (next == line.Length)
        {
            if (run.ReadLine() is not { } text)
                return -1;
            (line, next) = (text + "\n", 0);
        }
        return line[next++];
    }

    public override int Peek() =>
        CellRun.Current is null ? outside.Peek() : next < line.Length ? line[next] : -1;
}

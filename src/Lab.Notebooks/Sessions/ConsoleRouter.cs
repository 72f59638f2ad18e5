using System.Text;

namespace Lab.Notebooks.Sessions;

/// <summary>A console writer that sends text to the running cell of whoever writes, and to the real console outside cells.</summary>
internal sealed class ConsoleRouter : TextWriter
{
    private static readonly Lock gate = new();
    private static TextWriter? realOut;
    private static TextWriter? realError;
    private static TextReader? realIn;
    private static TextWriter? installedOut;
    private static TextWriter? installedError;
    private static TextReader? installedIn;

    private readonly string stream;
    private readonly TextWriter outside;

    private ConsoleRouter(string stream, TextWriter outside)
    {
        this.stream = stream;
        this.outside = outside;
        // Saved outputs must not depend on the system that they were made on.
        CoreNewLine = ['\n'];
    }

    /// <summary>Takes the place of <c>Console.Out</c>, <c>Console.Error</c> and <c>Console.In</c>, again where a cell has replaced them.</summary>
    public static void Install()
    {
        lock (gate)
        {
            realOut ??= Console.Out;
            realError ??= Console.Error;
            if (Console.Out != installedOut)
            {
                Console.SetOut(new ConsoleRouter(StreamEvent.Stdout, realOut));
                installedOut = Console.Out;
            }
            if (Console.Error != installedError)
            {
                Console.SetError(new ConsoleRouter(StreamEvent.Stderr, realError));
                installedError = Console.Error;
            }
            if (Console.In != installedIn)
            {
                Console.SetIn(new ConsoleInput(realIn ??= Console.In));
                installedIn = Console.In;
            }
        }
    }

    public override Encoding Encoding => outside.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (CellRun.Current is { } run)
            run.Write(stream, buffer);
        else
            outside.Write(buffer);
    }

    public override void WriteLine(string? value) => Write(value + '\n');

    public override void Flush() => outside.Flush();
}

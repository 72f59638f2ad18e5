namespace Lab.Notebooks.Sessions;

/// <summary>What a session starts with.</summary>
public sealed record ScriptSessionOptions
{
    /// <summary>
    /// The namespaces that both .NET Interactive and Verso import into every cell. A notebook that needs no more, beside
    /// its own usings, compiles in all three.
    /// </summary>
    public static IReadOnlyList<string> CommonImports { get; } =
        ["System", "System.Collections.Generic", "System.Linq", "System.Text", "System.Threading.Tasks"];

    /// <summary>The folder that relative paths of <c>#!import</c> and <c>#r</c> start from: the notebook's.</summary>
    public string BaseDirectory { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>The namespaces that cells have in scope without a using.</summary>
    public IReadOnlyList<string> Imports { get; init; } = CommonImports;

    /// <summary>Whether a running cell can be stopped in good order: its loops and methods then look at the stop button.</summary>
    public bool Interruptible { get; init; }

    /// <summary>Where a file of <c>#!import</c> is looked for when it is not in <see cref="BaseDirectory"/>; null for nowhere.</summary>
    public string? ImportFallback { get; init; }

    /// <summary>Asks for a line, for cells that read the console; null where nobody can be asked. The token ends the wait.</summary>
    public Func<CancellationToken, string?>? ReadLine { get; init; }

    /// <summary>How much one cell may give out.</summary>
    public OutputLimits Limits { get; init; } = OutputLimits.Default;
}

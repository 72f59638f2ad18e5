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

    /// <summary>How much one cell may give out.</summary>
    public OutputLimits Limits { get; init; } = OutputLimits.Default;
}

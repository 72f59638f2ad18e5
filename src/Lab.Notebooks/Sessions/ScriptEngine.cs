using System.Text;
using System.Text.RegularExpressions;
using Lab.Notebooks.Displays;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Text;

namespace Lab.Notebooks.Sessions;

/// <summary>Compiles and runs submissions with Roslyn, each on the state that the one before left.</summary>
internal sealed partial class ScriptEngine
{
    private const int MaxErrors = 5;

    private readonly ScriptSessionOptions settings;
    private readonly ScriptOptions options;
    private readonly Dictionary<string, SourceText> sources = [];
    private readonly List<Submission> submissions = [];
    private ScriptState<object>? state;

    public ScriptEngine(ScriptSessionOptions settings)
    {
        this.settings = settings;
        options = ScriptOptions.Default
            .WithLanguageVersion(LanguageVersion.CSharp14)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithEmitDebugInformation(true)
            .WithFileEncoding(Encoding.UTF8)
            .WithMetadataResolver(new ReferenceResolver(settings.BaseDirectory))
            .WithReferences(ReferenceResolver.Framework())
            .AddReferences(ReferenceResolver.Of(typeof(DisplayExtensions).Assembly.Location));
    }

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.CSharp14, kind: SourceCodeKind.Script);

    /// <summary>Runs a cell: its imports, then its code.</summary>
    /// <returns>The trailing expression's value, and whether there was such an expression.</returns>
    /// <exception cref="CellFailure">The cell failed.</exception>
    public Task<(object? Value, bool HasValue)> RunCellAsync(string code, string name, CancellationToken cancel) =>
        RunAsync(code, name, settings.BaseDirectory, importing: [], cancel);

    /// <summary>What has run so far.</summary>
    public IReadOnlyList<Submission> Submissions
    {
        get
        {
            lock (submissions)
                return [.. submissions];
        }
    }

    /// <summary>Runs an expression on a state that is then forgotten.</summary>
    public async Task<(object? Value, bool HasValue)> EvaluateAsync(string expression, CancellationToken cancel)
    {
        var before = state;
        sources["expression"] = SourceText.From(expression, Encoding.UTF8);
        var result = await RunCodeAsync(expression, "expression", cancel);
        state = before;
        return result;
    }

    /// <summary>An exception's message and the user's frames of its stack.</summary>
    public CellError Describe(Exception problem) => StackReader.Describe(problem, sources);

    private async Task<(object? Value, bool HasValue)> RunAsync(
        string code, string name, string folder, string[] importing, CancellationToken cancel)
    {
        var text = SourceText.From(code, Encoding.UTF8);
        sources[name] = text;
        var directives = CellDirectives.Read(code);
        if (directives.Bad is { } bad)
            throw Failure("Directive", bad.Message, PlaceOf(name, bad.Span));
        foreach (var import in directives.Imports)
            await ImportAsync(import, name, folder, importing, cancel);
        if (directives.Imports.Count > 0 && string.IsNullOrWhiteSpace(directives.Code))
            return (null, false);

        var before = state;
        try
        {
            return await RunCodeAsync(directives.Code, name, cancel);
        }
        finally
        {
            if (!ReferenceEquals(state, before))
            {
                lock (submissions)
                    submissions.Add(new(name, directives.Code));
            }
        }
    }

    private async Task<(object? Value, bool HasValue)> RunCodeAsync(string code, string name, CancellationToken cancel)
    {
        var stoppable = settings.Interruptible ? StopPoints.In(code) : StopPoints.None(code);
        var script = NewScript(stoppable.Code, name);
        var errors = script.Compile(cancel).Where(problem => problem.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count > 0)
            throw new CellFailure(Describe(errors, stoppable));
        var hasValue = HasTrailingExpression(script);
        Func<Exception, bool> keepState = _ => true;
        var run = CellRun.Current;
        run?.Begin();
        var after = state is null
            ? await script.RunAsync(globals: null, keepState, CancellationToken.None)
            : await script.RunFromAsync(state, keepState, CancellationToken.None);
        if (run is { IsClosed: true })
            throw new OperationCanceledException("The session has given up on this cell, and gone on without it.");
        state = after;
        if (state.Exception is { } problem)
            throw new CellFailure(Describe(problem));
        return (state.ReturnValue, hasValue);
    }

    private async Task ImportAsync(
        ImportDirective import, string name, string folder, string[] importing, CancellationToken cancel)
    {
        var place = PlaceOf(name, new(import.Line, 0));
        var path = Path.GetFullPath(Path.Combine(folder, import.Path));
        if (Path.GetExtension(path) is not (".csx" or ".cs"))
            throw Failure("Import", $"#!import takes .csx and .cs files, got {import.Path}.", place);
        if (importing.Contains(path))
            throw Failure("Import", $"{import.Path} imports itself: {string.Join(" > ", importing.Append(path).Select(Path.GetFileName))}.", place);
        if (!File.Exists(path) && settings.ImportFallback is { } other && File.Exists(Path.Combine(other, import.Path)))
            path = Path.GetFullPath(Path.Combine(other, import.Path));
        string code;
        try
        {
            code = await File.ReadAllTextAsync(path, cancel);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failure("Import", $"Cannot import {import.Path}: {problem.Message}", place);
        }
        await RunAsync(code, path, Path.GetDirectoryName(path)!, [.. importing, path], cancel);
    }

    private Script<object> NewScript(string code, string name)
    {
        // Usings live on from the first submission. Given again, after an #r has changed what references mean, the same
        // extension methods would be found twice, and be ambiguous.
        var own = options.WithFilePath(name);
        return state is null
            ? CSharpScript.Create<object>(code, own.WithImports([.. settings.Imports, typeof(DisplayExtensions).FullName!]))
            : state.Script.ContinueWith<object>(code, own);
    }

    private static bool HasTrailingExpression(Script<object> script)
    {
        var compilation = script.GetCompilation();
        var tree = compilation.SyntaxTrees.Single();
        if (((CompilationUnitSyntax)tree.GetRoot()).Members.LastOrDefault() is not GlobalStatementSyntax
            {
                Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } statement,
            })
        {
            return false;
        }
        return compilation.GetSemanticModel(tree).GetTypeInfo(statement.Expression).Type?.SpecialType != SpecialType.System_Void;
    }

    private CellError Describe(List<Diagnostic> errors, StopPoints stoppable)
    {
        var first = errors[0];
        var span = first.Location.GetLineSpan();
        var start = span.StartLinePosition;
        if (first.Location.IsInSource)
            start = new(start.Line, ColumnInCell(first.Location, stoppable));
        SourcePlace[] places = first.Location.IsInSource ? [PlaceOf(span.Path, start)] : [];
        var more = errors.Skip(1).Take(MaxErrors - 1).Select(error =>
            $"{error.Id}: {error.GetMessage(null)} ({error.Location.GetLineSpan().Path}, line {error.Location.GetLineSpan().StartLinePosition.Line + 1})");
        if (errors.Count > MaxErrors)
            more = more.Append($"... {errors.Count - MaxErrors} more errors");
        if (places is [{ Text: var line }] && UsingVariable().IsMatch(line))
            more = more.Prepend("A cell has no using variables at its top level: write using (var x = ...) { }, or a method.");
        return new(CellErrorKind.Compilation, first.Id, first.GetMessage(null), places, [.. more]);
    }

    /// <summary>The column without the stop points that stand before it on its line.</summary>
    private static int ColumnInCell(Location location, StopPoints stoppable)
    {
        var lineStart = location.SourceTree!.GetText().Lines.GetLineFromPosition(location.SourceSpan.Start).Start;
        return stoppable.PositionInCell(location.SourceSpan.Start) - stoppable.PositionInCell(lineStart);
    }

    private SourcePlace PlaceOf(string source, LinePosition position) => new(
        source, position.Line + 1, position.Character + 1,
        sources.TryGetValue(source, out var text) && position.Line < text.Lines.Count ? text.Lines[position.Line].ToString() : "");

    [GeneratedRegex(@"^\s*using\s+\w+\s+\w+\s*=")]
    private static partial Regex UsingVariable();

    private static CellFailure Failure(string name, string message, SourcePlace place) =>
        new(new(CellErrorKind.Directive, name, message, [place], []));
}

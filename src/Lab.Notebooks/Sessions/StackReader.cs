using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Lab.Notebooks.Displays;
using Microsoft.CodeAnalysis.Text;

namespace Lab.Notebooks.Sessions;

/// <summary>Reads an exception as the user needs it: the message, and the frames that lie in cells and imported files.</summary>
internal static partial class StackReader
{
    public static CellError Describe(Exception problem, IReadOnlyDictionary<string, SourceText> sources)
    {
        var thrown = Unwrapped(problem);
        var inner = new List<string>();
        for (var cause = thrown.InnerException; cause is not null && inner.Count < 5; cause = cause.InnerException)
            inner.Add($"caused by {PlainText.TypeName(cause.GetType())}: {cause.Message}");
        return new(CellErrorKind.Exception, PlainText.TypeName(thrown.GetType()), thrown.Message, Places(thrown, sources), inner);
    }

    // Wrappers that say nothing themselves.
    private static Exception Unwrapped(Exception problem) => problem switch
    {
        TargetInvocationException { InnerException: { } inner } => Unwrapped(inner),
        AggregateException { InnerExceptions: [var only] } => Unwrapped(only),
        _ => problem,
    };

    private static SourcePlace[] Places(Exception problem, IReadOnlyDictionary<string, SourceText> sources)
    {
        var places = new List<SourcePlace>();
        foreach (var frame in new StackTrace(problem, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetFileName() is not { } file || !sources.TryGetValue(file, out var text))
                continue;
            var line = frame.GetFileLineNumber();
            var content = line >= 1 && line <= text.Lines.Count ? text.Lines[line - 1].ToString() : "";
            places.Add(new(file, line, 0, content, MemberOf(frame.GetMethod())));
        }
        return [.. places];
    }

    // "F", "<Train>d__3.MoveNext" (async), "<Train>g__Step|0" (local), "<<Initialize>>d__0.MoveNext" (top level).
    private static string? MemberOf(MethodBase? method)
    {
        var name = method?.Name == "MoveNext" ? method.DeclaringType?.Name : method?.Name;
        if (name is null)
            return null;
        if (Generated().Match(name) is { Success: true } match)
            name = match.Groups["local"] is { Length: > 0 } local ? local.Value : match.Groups["outer"].Value;
        return name.Contains("Initialize", StringComparison.Ordinal) && name.Contains('<') || name is "<Factory>" or "" ? null : name;
    }

    [GeneratedRegex("^<(?<outer><?[^>]*>?)>[a-z]__(?:(?<local>[A-Za-z_]\\w*)\\|)?")]
    private static partial Regex Generated();
}

using System.Globalization;
using System.Net;
using System.Text;
using Lab.Grading.Reports;
using Lab.Shared;

namespace Lab.Grading.Notebooks;

/// <summary>How a method of a notebook fared against an exercise's laws.</summary>
/// <param name="Lab">The lab's number.</param>
/// <param name="Exercise">The exercise's name.</param>
/// <param name="Laws">Its visible laws.</param>
/// <param name="Diagnosis">What a student should read who made this known mistake; null where it is none.</param>
[TypeFormatterSource(typeof(CheckResultFormatters))]
public sealed record CheckResult(string Lab, string Exercise, IReadOnlyList<LawReport> Laws, string? Diagnosis)
{
    private const int MostNumbers = 24;

    /// <summary>Whether every law holds.</summary>
    public bool Passed => Laws.All(law => law.Outcome == LawOutcome.Passed);

    /// <summary>Points given.</summary>
    public int Points => Laws.Sum(law => law.Points);

    /// <summary>Points of all these laws.</summary>
    public int MaxPoints => Laws.Sum(law => law.MaxPoints);

    /// <summary>A line a law, and the counterexample of the first that fails.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"Lab {Lab}, {Exercise}: {Points} of {MaxPoints} points\n");
        var told = false;
        foreach (var law in Laws)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Word(law)}  {law.Law}\n");
            if (told || law.Outcome is LawOutcome.Passed or LawOutcome.NotCounted)
                continue;
            told = true;
            foreach (var line in Detail(law))
                text.Append(CultureInfo.InvariantCulture, $"         {line}\n");
        }
        return text.ToString().TrimEnd();
    }

    /// <summary>The same as an HTML table.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder($"<div><b>Lab {Encode(Lab)}, {Encode(Exercise)}</b>: {Points} of {MaxPoints} points</div><table style='text-align:left'>");
        var told = false;
        foreach (var law in Laws)
        {
            var passed = law.Outcome == LawOutcome.Passed;
            html.Append("<tr><td style='white-space:nowrap;vertical-align:top;text-align:left'>")
                .Append(passed ? "✓ holds" : law.Outcome == LawOutcome.NotCounted ? "· waits" : "<b style='color:#D55E00'>✗ fails</b>")
                .Append($"</td><td style='text-align:left'><b>{Encode(law.Law)}</b> ({(passed ? law.Points : 0)} of {law.MaxPoints}): {Encode(law.Sentence)}");
            if (!passed && law.Outcome != LawOutcome.NotCounted && !told)
            {
                told = true;
                html.Append($"<br><code style='white-space:pre-wrap'>{string.Join("<br>", Detail(law).Skip(1).Select(Encode))}</code>");
            }
            html.Append("</td></tr>");
        }
        return html.Append("</table>").ToString();
    }

    private IEnumerable<string> Detail(LawReport law)
    {
        yield return law.Sentence;
        yield return law.Reason;
        foreach (var tensor in law.Counterexample is { } found ? found.Inputs.Concat(found.Got).Concat(found.Expected) : [])
            yield return Text(tensor);
        if (Diagnosis is not null)
            yield return $"Likely: {Diagnosis}";
        if (law.Hint is not null)
            yield return $"Think about this: {law.Hint}";
    }

    private static string Word(LawReport law) => law.Outcome switch
    {
        LawOutcome.Passed => "holds",
        LawOutcome.NotCounted => "waits",
        _ => "FAILS",
    };

    private static string Text(TensorReport tensor)
    {
        var values = tensor.Values.Take(MostNumbers).Select(v => v switch
        {
            double.PositiveInfinity => "inf",
            double.NegativeInfinity => "-inf",
            _ => v.ToString("G6", CultureInfo.InvariantCulture),
        });
        return $"{tensor.Name} [{string.Join(", ", tensor.Shape)}] = {string.Join(", ", values)}{(tensor.Values.Count > MostNumbers ? ", ..." : "")}";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>What a notebook kernel asks for, to show a result.</summary>
internal sealed class CheckResultFormatters
{
    private readonly object[] formatters =
    [
        new TypeFormatter<CheckResult>("text/html", r => r.ToHtml()),
        new TypeFormatter<CheckResult>("text/plain", r => r.ToString()),
    ];

    /// <summary>HTML and plain text.</summary>
    public IEnumerable<object> CreateTypeFormatters() => formatters;
}

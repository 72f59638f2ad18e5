using System.Net;
using System.Text;

namespace Lab.Plots.Sources;

/// <summary>Colours C# as HTML with inline styles.</summary>
internal static class Highlighter
{
    public static string Html(string code)
    {
        var html = new StringBuilder();
        var done = 0;
        foreach (var token in Lexer.Run(code))
        {
            html.Append(WebUtility.HtmlEncode(code[done..token.Start]));
            var text = WebUtility.HtmlEncode(code[token.Start..token.End]);
            html.Append(Style(token.Kind) is { } style ? $"<span style=\"{style}\">{text}</span>" : text);
            done = token.End;
        }
        return html.Append(WebUtility.HtmlEncode(code[done..])).ToString();
    }

    private static string? Style(TokenKind kind) => kind switch
    {
        TokenKind.Keyword => "color:#0b49a8",
        TokenKind.Text => "color:#9a3412",
        TokenKind.Number => "color:#0f6b4f",
        TokenKind.Comment or TokenKind.DocComment => "color:#5d6b5d;font-style:italic",
        TokenKind.Directive => "color:#6b6b6b",
        _ => null,
    };
}

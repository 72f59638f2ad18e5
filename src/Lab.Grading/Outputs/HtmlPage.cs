using System.Text;

namespace Lab.Grading.Outputs;

/// <summary>What all pages have in common.</summary>
internal static class HtmlPage
{
    /// <summary>Right, and wrong, in colours that the colour-blind can tell apart; words say it too.</summary>
    public const string Good = "#0072B2", Bad = "#D55E00";

    private const string Style = """
        :root { color-scheme: light; --good: #0072B2; --bad: #B34700; --line: #d9dde2; --soft: #f5f7f9; }
        body { font: 16px/1.5 system-ui, "Segoe UI", Helvetica, Arial, "Liberation Sans", sans-serif; color: #1c2126; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .6rem; } h3 { font-size: 1rem; margin: 0; }
        .points { font-size: 1.1rem; margin: .3rem 0 1rem; } .bar { height: .7rem; background: var(--soft); border: 1px solid var(--line); border-radius: .4rem; overflow: hidden; }
        .bar div { height: 100%; background: var(--good); }
        .law { border: 1px solid var(--line); border-left: .4rem solid var(--good); border-radius: .3rem; padding: .6rem .9rem; margin: .6rem 0; }
        .law.bad { border-left-color: var(--bad); } .law p { margin: .35rem 0; } .law .worth { float: right; color: #56606a; white-space: nowrap; }
        .mark { font-weight: 600; color: var(--good); } .bad .mark { color: var(--bad); }
        .likely { background: #fff4ec; border-radius: .3rem; padding: .4rem .6rem; } .hint { color: #3f4a54; font-style: italic; }
        pre { background: var(--soft); border-radius: .3rem; padding: .5rem .7rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; font-size: .88rem; }
        figure { margin: .6rem 0; } figcaption { font-size: .9rem; color: #3f4a54; max-width: 44rem; } svg text { font-family: inherit; }
        .maps { display: flex; flex-wrap: wrap; gap: 1.2rem; align-items: flex-start; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
        footer { margin-top: 2.5rem; color: #56606a; font-size: .85rem; overflow-wrap: anywhere; }
        """;

    public static string Write(string title, StringBuilder body) => $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
        <title>{Plain.Html(title)}</title><style>
        {Style}
        </style></head><body>
        {body}
        </body></html>

        """;
}

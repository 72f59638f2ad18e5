using System.Reflection;
using static TorchSharp.torch;

namespace Lab.Plots.Tests;

/// <summary>What a notebook kernel looks for, by the names that it looks for.</summary>
public sealed class FormatterTests
{
    public static TheoryData<string, string[]> Values => new()
    {
        { "figure", ["text/html", "application/vnd.plotly.v1+json", "text/plain"] },
        { "table", ["text/html", "text/plain"] },
        { "tensor", ["text/html", "text/plain"] },
        { "listing", ["text/html", "text/plain"] },
    };

    private static object Value(string kind) => kind switch
    {
        "figure" => Plot.Lines([new("a", [1, 2])], "Rises.", "x", "y"),
        "table" => new Table(["a"], [[1]]),
        "tensor" => zeros(2).Table(),
        _ => Listing.Of<Note>(),
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_kernel_finds_the_formatters_by_name(string kind, string[] mimeTypes)
    {
        var value = Value(kind);
        var attribute = Assert.Single(value.GetType().GetCustomAttributes(), a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var source = Activator.CreateInstance((Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!)!;
        var formatters = ((IEnumerable<object>)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, [])!).ToArray();
        Assert.Equal(mimeTypes, formatters.Select(f => (string)f.GetType().GetProperty("MimeType")!.GetValue(f)!));
        foreach (var formatter in formatters)
        {
            using var writer = new StringWriter();
            var format = formatter.GetType().GetMethod("Format")!;
            Assert.True((bool)format.Invoke(formatter, [value, writer])!);
            Assert.NotEmpty(writer.ToString());
            Assert.False((bool)format.Invoke(formatter, ["another type", writer])!);
        }
        Assert.Equal(typeof(string), value.GetType().GetMethod("ToHtml")!.ReturnType);
    }
}

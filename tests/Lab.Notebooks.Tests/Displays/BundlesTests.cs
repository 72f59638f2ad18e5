using System.Globalization;
using Lab.Notebooks.Displays;

namespace Lab.Notebooks.Tests.Displays;

public sealed class BundlesTests
{
    // Anyone's attribute of this name will do: it is found by name, not by type.
    [AttributeUsage(AttributeTargets.Class)]
    private sealed class TypeFormatterSourceAttribute(Type source) : Attribute
    {
        public Type FormatterSourceType { get; } = source;
    }

    [TypeFormatterSource(typeof(ChartFormatters))]
    private class Chart
    {
        public override string ToString() => "a chart";
    }

    private sealed class SpecialChart : Chart;

    private sealed class ChartFormatters
    {
        private readonly object[] items =
        [
            new ChartFormatter("text/html", "<b>chart</b>", true),
            new ChartFormatter("application/vnd.plotly.v1+json", "{\"data\":[]}", true),
            new ChartFormatter("image/svg+xml", "never", false),
        ];

        public object[] CreateTypeFormatters() => items;
    }

    private sealed class ChartFormatter(string mimeType, string text, bool takes)
    {
        public string MimeType { get; } = mimeType;

        public bool Format(object value, TextWriter writer)
        {
            writer.Write(text);
            return takes && value is Chart;
        }
    }

    private sealed class Table
    {
        public string ToHtml() => string.Create(CultureInfo.InvariantCulture, $"<table>{rows}</table>");

        private readonly int rows = 2;
    }

    [Fact]
    public void A_types_own_formatters_are_found_by_name_also_from_a_base_class()
    {
        var data = Bundles.Of(new SpecialChart()).Data;
        Assert.Equal(["application/vnd.plotly.v1+json", "text/html", "text/plain"], data.Keys);
        Assert.Equal("a chart", data["text/plain"]);
        Assert.Equal("<b>chart</b>", data["text/html"]);
    }

    [Fact]
    public void A_method_named_ToHtml_serves_where_there_are_no_formatters()
    {
        var data = Bundles.Of(new Table()).Data;
        Assert.Equal("<table>2</table>", data["text/html"]);
        Assert.Equal("Table", data["text/plain"]);
    }

    [Fact]
    public void Null_and_plain_values_have_plain_text_alone()
    {
        Assert.Equal("null", Bundles.Of(null).Text);
        Assert.Equal(["text/plain"], Bundles.Of(new[] { 1 }).Data.Keys);
    }

    [Fact]
    public void A_tensor_is_a_table_with_its_shape_type_and_device_and_one_line_inside_a_collection()
    {
        using var tensor = TorchSharp.torch.tensor(new[] { 0.25f, 0.75f });
        var bundle = Bundles.Of(tensor);
        foreach (var part in new[] { "float32 [2] on cpu", "0.25", "0.75" })
            Assert.Contains(part, bundle.Text, StringComparison.Ordinal);
        Assert.Contains("<table", bundle.Data["text/html"], StringComparison.Ordinal);
        Assert.Equal("[float32 [2] on cpu]", Bundles.Of(new[] { tensor }).Text);
        using var mean = tensor.mean();
        Assert.Equal("{ Mean = 0.5 }", Bundles.Of(new { Mean = mean }).Text);
    }

    [Fact]
    public void Display_outside_a_cell_is_an_error_that_says_so() =>
        Assert.Contains("no cell is running", Assert.Throws<InvalidOperationException>(() => 1.Display()).Message, StringComparison.Ordinal);
}

using System.Text.Json;
using Plotly.NET.CSharp;
using static TorchSharp.torch;

namespace Lab.Plots.Tests;

public sealed class FigureTests
{
    private static readonly double[] values = [1, 2, 3];

    private static Figure Any(string caption = "It rises.") => Plot.Lines([new("a", values)], caption, "step", new Axis("loss", "nats"));

    internal static JsonElement Json(Figure figure) => JsonDocument.Parse(figure.ToPlotlyJson()).RootElement;

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    public void A_caption_is_required(string caption)
    {
        var error = Assert.Throws<ArgumentException>(() => Any(caption));
        Assert.Contains("caption", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_text_is_the_caption_on_one_line() =>
        Assert.Equal("Figure: It rises, then falls.", Any("It rises,\n  then falls.").ToString());

    [Fact]
    public void Json_has_data_and_a_layout_with_titles_units_and_the_caption()
    {
        var json = Json(Any());
        var trace = Assert.Single(json.GetProperty("data").EnumerateArray());
        Assert.Equal("scatter", trace.GetProperty("type").GetString());
        Assert.Equal([1, 2, 3], trace.GetProperty("y").EnumerateArray().Select(v => v.GetDouble()));
        var layout = json.GetProperty("layout");
        Assert.Equal("loss (nats)", layout.GetProperty("yaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal("It rises.", layout.GetProperty("annotations")[0].GetProperty("text").GetString());
        Assert.Equal("#ffffff", layout.GetProperty("paper_bgcolor").GetString());
        Assert.Equal(700, layout.GetProperty("width").GetInt32());
    }

    [Fact]
    public void Text_of_users_is_not_read_as_html()
    {
        var figure = Plot.Lines([new("a<b & c", values), new("d", values)], "<script>alert('x')</script> & more", "x<sub>", "y");
        var html = figure.ToHtml();
        Assert.Equal(1, html.Split("<script>").Length - 1);
        Assert.Equal(1, html.Split("</script>").Length - 1);
        Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; more", html, StringComparison.Ordinal);
        Assert.Equal("a&lt;b &amp; c", Json(figure).GetProperty("data")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Html_needs_no_network_and_is_the_same_every_time()
    {
        var html = Any().ToHtml();
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.Equal(html, Any().ToHtml());
        Assert.InRange(html.Length, 400_000, 640_000);
    }

    [Fact]
    public void A_chart_of_Plotly_NET_becomes_a_figure()
    {
        var figure = new Figure(Chart.Line<double, double, string>([1, 2], [3, double.NaN]), "A line.");
        var y = Json(figure).GetProperty("data")[0].GetProperty("y");
        Assert.Equal([JsonValueKind.Number, JsonValueKind.Null], y.EnumerateArray().Select(v => v.ValueKind));
        Assert.NotNull(figure.Chart);
    }

    [Fact]
    public void No_text_of_a_chart_can_end_the_script_it_stands_in()
    {
        var figure = new Figure(Chart.Line<double, double, string>([1, 2], [3, 4], Name: "</script><b>"), "A line.");
        Assert.Equal(1, figure.ToHtml().Split("</script>").Length - 1);
        Assert.Equal("</script><b>", Json(figure).GetProperty("data")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void A_chart_in_space_brings_the_whole_of_plotly()
    {
        var figure = new Figure(Chart.Point3D<double, double, double, string>([1], [2], [3]), "A point in space.");
        Assert.Contains("labPlotlyWhole", figure.ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("labPlotlyWhole", Any().ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_caption_does_not_stay_in_the_chart_that_was_written()
    {
        var figure = Any();
        var first = figure.ToPlotlyJson();
        figure.ToHtml();
        Assert.Equal(first, figure.ToPlotlyJson());
        Assert.Equal(400, figure.Height);
    }

    [Fact]
    public void A_tensor_is_drawn_with_its_graph_and_type_left_as_they_are()
    {
        var x = tensor(new[] { 1f, 2f, 3f }, requires_grad: true);
        var json = Json(Plot.Lines([new("a", x * 2)], "Twice.", "x", "y"));
        Assert.Equal([2, 4, 6], json.GetProperty("data")[0].GetProperty("y").EnumerateArray().Select(v => v.GetDouble()));
        Assert.True(x.requires_grad);
    }
}

using System.Globalization;
using Newtonsoft.Json;
using Plotly.NET;

namespace Lab.Plots.Drawing;

/// <summary>Writes charts as compact JSON: few digits, and null for what is no number, as plotly.js wants.</summary>
internal static class PlotlyJson
{
    private const int Digits = 6;

    public static string Write(IReadOnlyList<Trace> traces, Layout layout, bool forScript = false)
    {
        var settings = new JsonSerializerSettings(Globals.JSON_CONFIG)
        {
            Formatting = Formatting.None,
            // Inside a script element "</script>" must not appear.
            StringEscapeHandling = forScript ? StringEscapeHandling.EscapeHtml : StringEscapeHandling.Default,
        };
        settings.Converters.Insert(0, new Column());
        settings.Converters.Insert(0, new Scalar());
        var data = JsonConvert.SerializeObject(traces, settings);
        return $$"""{"data":{{data}},"layout":{{JsonConvert.SerializeObject(layout, settings)}}}""";
    }

    /// <summary>
    /// As few digits as a picture needs: six significant ones, and more where all values lie close together far from zero.
    /// </summary>
    internal static string Round(double value, double spread)
    {
        if (!double.IsFinite(value))
            return "null";
        if (value == 0)
            return "0";
        var extra = spread > 0 ? Math.Ceiling(Math.Log10(Math.Abs(value)) - Math.Log10(spread)) : 0;
        var digits = (int)Math.Clamp(Digits + extra, Digits, 17);
        return value.ToString($"G{digits}", CultureInfo.InvariantCulture);
    }

    private sealed class Column : JsonConverter<double[]>
    {
        public override bool CanRead => false;

        public override void WriteJson(JsonWriter writer, double[]? value, JsonSerializer serializer)
        {
            var finite = value!.Where(double.IsFinite).DefaultIfEmpty().ToArray();
            var spread = finite.Max() - finite.Min();
            writer.WriteRawValue($"[{string.Join(',', value!.Select(v => Round(v, spread)))}]");
        }

        public override double[]? ReadJson(
            JsonReader reader, Type type, double[]? existing, bool hasExisting, JsonSerializer serializer) =>
            throw new NotSupportedException();
    }

    private sealed class Scalar : JsonConverter
    {
        public override bool CanRead => false;

        public override bool CanConvert(Type type) => type == typeof(double) || type == typeof(float);

        public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer)
        {
            var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
            // Alone it may be a position beside others: keep what a double surely holds.
            writer.WriteRawValue(double.IsFinite(number) ? number.ToString("G12", CultureInfo.InvariantCulture) : "null");
        }

        public override object? ReadJson(JsonReader reader, Type type, object? existing, JsonSerializer serializer) =>
            throw new NotSupportedException();
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Lab.Plots;
using TorchSharp;

namespace Lab.Notebooks.Displays;

/// <summary>
/// Makes the mime bundle of any value. Types say how they are shown by convention alone: an attribute named
/// <c>TypeFormatterSourceAttribute</c> (.NET Interactive's convention), or a public <c>string ToHtml()</c> (Verso's).
/// </summary>
public static class Bundles
{
    private static readonly ConcurrentDictionary<Type, Func<object, IEnumerable<KeyValuePair<string, string>>>> rich = new();

    /// <summary>Every form that the value can be shown in.</summary>
    public static MimeBundle Of(object? value)
    {
        if (value is null)
            return MimeBundle.OfText("null");
        // TorchSharp's own formatter shows every value of a tensor, however many.
        if (value is torch.Tensor tensor)
            value = tensor.Table(name: null);
        var data = new Dictionary<string, string>(rich.GetOrAdd(value.GetType(), RichFormsOf)(value));
        if (!data.ContainsKey(MimeBundle.Plain))
            data[MimeBundle.Plain] = PlainText.Of(value);
        return new(data);
    }

    private static Func<object, IEnumerable<KeyValuePair<string, string>>> RichFormsOf(Type type)
    {
        if (FormattersOf(type) is { Count: > 0 } formatters)
            return value => formatters.SelectMany(formatter => formatter.Write(value));
        if (type.GetMethod("ToHtml", BindingFlags.Public | BindingFlags.Instance, []) is { } toHtml
            && toHtml.ReturnType == typeof(string))
        {
            return value => toHtml.Invoke(value, BindingFlags.DoNotWrapExceptions, null, null, null) is string html
                ? [new(MimeBundle.Html, html)]
                : [];
        }
        return _ => [];
    }

    /// <summary>The formatters that the type's attribute names, all found by the members' names.</summary>
    private static List<Formatter> FormattersOf(Type type)
    {
        var attribute = type.GetCustomAttributes(inherit: true)
            .FirstOrDefault(candidate => candidate.GetType().Name == "TypeFormatterSourceAttribute");
        if (attribute?.GetType().GetProperty("FormatterSourceType")?.GetValue(attribute) is not Type sourceType)
            return [];
        var source = Activator.CreateInstance(sourceType, nonPublic: true);
        var create = sourceType.GetMethod("CreateTypeFormatters", BindingFlags.Public | BindingFlags.Instance, []);
        if (create?.Invoke(source, BindingFlags.DoNotWrapExceptions, null, null, null) is not System.Collections.IEnumerable items)
        {
            throw new InvalidOperationException(
                $"{sourceType.FullName}, the formatter source of {type.FullName}, must have IEnumerable<object> CreateTypeFormatters().");
        }
        return [.. items.Cast<object>().Select(item => new Formatter(item))];
    }

    private sealed class Formatter
    {
        private readonly object item;
        private readonly string mimeType;
        private readonly MethodInfo format;

        public Formatter(object item)
        {
            this.item = item;
            var type = item.GetType();
            mimeType = type.GetProperty("MimeType")?.GetValue(item) as string
                ?? throw new InvalidOperationException($"The formatter {type.FullName} must have string MimeType.");
            format = type.GetMethod("Format", [typeof(object), typeof(TextWriter)])
                ?? throw new InvalidOperationException($"The formatter {type.FullName} must have bool Format(object, TextWriter).");
        }

        public IEnumerable<KeyValuePair<string, string>> Write(object value)
        {
            using var writer = new StringWriter(CultureInfo.InvariantCulture);
            var done = format.Invoke(item, BindingFlags.DoNotWrapExceptions, null, [value, writer], null);
            return done is true ? [new(mimeType, writer.ToString())] : [];
        }
    }
}

namespace Lab.Shared;

/// <summary>
/// Tells a notebook kernel which formatters a type has. .NET Interactive and Lab.Notebooks find this attribute,
/// and the members of the type it names, by their names alone: nothing of a kernel is referenced.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = true)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>A type with a parameterless constructor and <c>IEnumerable&lt;object&gt; CreateTypeFormatters()</c>.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The mime types to show first.</summary>
    public string[]? PreferredMimeTypes { get; set; } = ["text/html"];
}

/// <summary>One formatter: writes a value as one mime type; found by member names.</summary>
internal sealed class TypeFormatter<T>(string mimeType, Func<T, string> format)
{
    /// <summary>The mime type written, such as <c>text/html</c>.</summary>
    public string MimeType { get; } = mimeType;

    /// <summary>Writes the value, or answers false when it is of another type.</summary>
    public bool Format(object value, TextWriter writer)
    {
        if (value is not T typed)
            return false;
        writer.Write(format(typed));
        return true;
    }
}

namespace Lab.Plots.Drawing;

/// <summary>Reads and writes the properties of plotly.js objects, by the names that plotly.js documents.</summary>
internal static class Props
{
    /// <summary>An object with these properties; those that are null are left out.</summary>
    public static DynamicObj.DynamicObj Of(params ReadOnlySpan<(string Name, object? Value)> properties) =>
        new DynamicObj.DynamicObj().With(properties);

    /// <summary>Sets properties; those that are null are left as they are.</summary>
    public static T With<T>(this T target, params ReadOnlySpan<(string Name, object? Value)> properties)
        where T : DynamicObj.DynamicObj
    {
        foreach (var (name, value) in properties)
            if (value is not null)
                target.SetProperty(name, value);
        return target;
    }

    /// <summary>A property's value, or null.</summary>
    public static object? Get(this DynamicObj.DynamicObj source, string name) =>
        source.TryGetPropertyValue(name) is { Value: var value } ? value : null;

    /// <summary>A copy of one level: setting a property of the copy leaves the original as it is.</summary>
    public static T CopyTo<T>(this DynamicObj.DynamicObj source, T copy) where T : DynamicObj.DynamicObj
    {
        foreach (var property in source.GetProperties(true))
            copy.SetProperty(property.Key, property.Value);
        return copy;
    }

    /// <summary>A list property's items, or none.</summary>
    public static IEnumerable<DynamicObj.DynamicObj> Items(this DynamicObj.DynamicObj source, string name) =>
        source.Get(name) is System.Collections.IEnumerable items ? items.OfType<DynamicObj.DynamicObj>() : [];
}

using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace Lab.Notebooks.Displays;

/// <summary>
/// Values as a reader wants to see them: collections by their items (the first twenty), records and tuples by their
/// parts, exceptions by type and message, the rest by ToString in the invariant culture.
/// </summary>
public static class PlainText
{
    private const int MaxItems = 20;
    private const int MaxDepth = 4;
    private const int LineWidth = 100;

    /// <summary>The value as text.</summary>
    public static string Of(object? value) => Of(value, depth: 0);

    private static string Of(object? value, int depth) => value switch
    {
        null => "null",
        string text => text,
        torch.Tensor tensor => TensorText.Of(tensor),
        Exception problem => $"{TypeName(problem.GetType())}: {problem.Message}",
        Type type => TypeName(type),
        ITuple tuple when depth < MaxDepth => Of(tuple, depth),
        _ when IsRecord(value.GetType()) && depth < MaxDepth => OfParts(value, depth),
        _ when SaysItself(value.GetType()) => ToText(value),
        IDictionary map when depth < MaxDepth => OfMap(map, depth),
        IEnumerable items when depth < MaxDepth => OfItems(items, depth),
        _ => ToText(value),
    };

    private static string Of(ITuple tuple, int depth) =>
        $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Of(tuple[i], depth + 1)))})";

    private static string OfParts(object value, int depth)
    {
        var type = value.GetType();
        var parts = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && property.CanRead)
            .Select(property => $"{property.Name} = {Of(property.GetValue(value), depth + 1)}");
        var name = IsAnonymous(type) ? "" : $"{TypeName(type)} ";
        return $"{name}{{ {string.Join(", ", parts)} }}";
    }

    private static string OfMap(IDictionary map, int depth)
    {
        var items = new List<string>();
        foreach (DictionaryEntry entry in map)
        {
            if (items.Count == MaxItems)
                break;
            items.Add($"{Of(entry.Key, depth + 1)}: {Of(entry.Value, depth + 1)}");
        }
        return Listed("{", items, "}", map.Count > MaxItems ? $"({map.Count} items)" : null);
    }

    private static string OfItems(IEnumerable items, int depth)
    {
        if (items is Array { Rank: > 1 } array)
            return OfGrid(array, depth, [], 0);
        var shown = new List<string>();
        var more = false;
        foreach (var item in items)
        {
            if (shown.Count == MaxItems)
            {
                more = true;
                break;
            }
            shown.Add(Of(item, depth + 1));
        }
        var count = items is ICollection known ? $"({known.Count} items)" : "...";
        return Listed("[", shown, "]", more ? count : null);
    }

    private static string OfGrid(Array array, int depth, int[] index, int dimension)
    {
        if (dimension == array.Rank)
            return Of(array.GetValue(index), depth + 1);
        var length = array.GetLength(dimension);
        var shown = Enumerable.Range(0, Math.Min(length, MaxItems))
            .Select(i => OfGrid(array, depth, [.. index, i], dimension + 1)).ToList();
        return Listed("[", shown, "]", length > MaxItems ? $"({length} items)" : null);
    }

    private static string Listed(string open, List<string> items, string close, string? rest)
    {
        var all = rest is null ? items : [.. items, rest == "..." ? rest : $"... {rest}"];
        var line = $"{open}{string.Join(", ", all)}{close}";
        return line.Length <= LineWidth && !line.Contains('\n')
            ? line
            : $"{open}\n{string.Join(",\n", all.Select(item => "  " + item.ReplaceLineEndings("\n  ")))}\n{close}";
    }

    private static string ToText(object value) => value is IFormattable formattable
        ? formattable.ToString(null, CultureInfo.InvariantCulture)
        : value.ToString() is { } text && text != value.GetType().ToString() ? text : TypeName(value.GetType());

    // A ToString written by hand says more than a listing; the compiler's and object's own do not.
    private static bool SaysItself(Type type) =>
        type.GetMethod(nameof(ToString), [])?.DeclaringType is { } declaring
        && declaring != typeof(object) && declaring != typeof(ValueType)
        && declaring.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) is not true;

    private static bool IsRecord(Type type) =>
        IsAnonymous(type) || (type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null
            && type.GetMethod(nameof(ToString), [])?.IsDefined(typeof(CompilerGeneratedAttribute)) is true);

    private static bool IsAnonymous(Type type) =>
        type.Name.StartsWith("<>f__AnonymousType", StringComparison.Ordinal) && type.IsDefined(typeof(CompilerGeneratedAttribute));

    /// <summary>The type's name as C# writes it, without namespaces: <c>Dictionary&lt;String, Int32&gt;</c>.</summary>
    internal static string TypeName(Type type)
    {
        if (type.IsArray)
            return $"{TypeName(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        var tick = type.Name.IndexOf('`');
        return tick < 0
            ? type.Name
            : $"{type.Name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(TypeName))}>";
    }
}

namespace Lab.Plots;

/// <summary>
/// Pictures of tensors and arrays. Every method takes the data first, then the caption that says what to see, and
/// refuses data of the wrong shape with an <see cref="ArgumentException"/>.
/// </summary>
public static partial class Plot
{
    private static void NotEmpty<T>(IReadOnlyCollection<T> items, string name)
    {
        ArgumentNullException.ThrowIfNull(items, name);
        if (items.Count == 0)
            throw new ArgumentException($"{name} must hold at least one item, got none.", name);
    }

    private static void Count(int? count, long wanted, string name, string of)
    {
        if (count is not null && count != wanted)
            throw new ArgumentException($"{name} must hold {wanted} items, one for each {of}, got {count}.", name);
    }
}

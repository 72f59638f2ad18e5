using Lab.Shared;

namespace Lab.Core.Pairings;

/// <summary>Finds entries by the names that people type.</summary>
internal static class Vocabulary
{
    /// <summary>The entry of a name, whatever its case and hyphens; an error names the nearest.</summary>
    public static T Find<T>(IEnumerable<T> entries, string name, Func<T, IEnumerable<string>> namesOf, string what, string parameter)
    {
        var candidates = entries.Select(e => (Entry: e, Names: namesOf(e).ToArray())).ToArray();
        foreach (var (entry, names) in candidates)
            if (names.Any(n => Plain(n) == Plain(name)))
                return entry;
        var near = candidates.Select(c => (Name: c.Names[0], Distance: c.Names.Min(n => Spelling.Distance(Plain(n), Plain(name)))))
            .MinBy(c => c.Distance);
        var hint = near.Distance <= 2 || near.Distance * 3 <= name.Length
            ? $"Did you mean {near.Name}?"
            : $"There are {string.Join(", ", candidates.Select(c => c.Names[0]))}.";
        throw new ArgumentException($"{parameter} must name {what}, got \"{name}\". {hint}", parameter);
    }

    /// <summary>Names of an activation, a head, a loss or a kind of target.</summary>
    public static IEnumerable<string> Names(ActivationEntry entry) => [entry.Name, .. entry.Aliases];

    public static IEnumerable<string> Names(HeadEntry entry) =>
        [entry.Name, entry.Name.EndsWith("Head", StringComparison.Ordinal) ? entry.Name[..^4] : entry.Name];

    public static IEnumerable<string> Names(LossEntry entry) => [entry.Name, $"Loss.{entry.Name}", .. entry.Aliases];

    /// <summary><c>one-hot</c> for OneHot.</summary>
    public static string Hyphened(TargetKind kind) => string.Concat(
        kind.ToString().Select((letter, i) => char.IsUpper(letter) && i > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    private static string Plain(string name) =>
        string.Concat(name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant));
}

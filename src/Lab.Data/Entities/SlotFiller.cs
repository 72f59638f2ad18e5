using System.Text.RegularExpressions;

namespace Lab.Data.Entities;

/// <summary>Fills the slots of a template: first the entities of any make, then the names in them.</summary>
internal sealed partial class SlotFiller(IReadOnlyDictionary<string, string[]> names)
{
    // How an entity of a type is made; what comes twice is twice as likely.
    private static readonly Dictionary<string, string[]> makes = new()
    {
        ["PER"] = ["{first} {last}", "{first} {last}", "{first} {last}", "{last}", "{first}", "{first} {last} {last}", "{first} van {last}", "{first} de la {last}"],
        ["LOC"] = ["{city}", "{city}", "{city}", "{country}", "{country}", "{place}", "South {city}", "{last} Bridge"],
        ["ORG"] = ["{company}", "{company}", "{club}", "{party}", "{paper}", "University of {city}", "{city} University", "{last} and {last}", "Bank of {country}", "{company} {country}", "{first} {last} Institute"],
        ["MISC"] = ["{event}", "{nation}", "{work}"],
    };

    public string Fill(string template, ref SplitMix64 random)
    {
        var text = template;
        while (Slot().Match(text) is { Success: true } slot)
        {
            var key = slot.Groups[1].Value;
            var filled = makes.TryGetValue(key, out var patterns)
                ? $"[{key} {patterns[random.Below(patterns.Length)]}]"
                : names[key][random.Below(names[key].Length)];
            text = string.Concat(text.AsSpan(0, slot.Index), filled, text.AsSpan(slot.Index + slot.Length));
        }
        return text;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Slot();
}

using System.Text;
using Lab.Data.Conll;
using Lab.Data.Sets;

namespace Lab.Data.Entities;

/// <summary>Makes <c>data/ner</c>: sentences with named entities, in CoNLL columns.</summary>
/// <remarks>
/// Sentences are written by hand, and templates with slots filled from lists of names. Two in three of the templates,
/// and of the names in each list, come in training; development and test have them all, so that half of what is asked
/// there has not been seen. No sentence comes twice.
/// </remarks>
public static class EntityCorpus
{
    /// <summary>The seed of the committed files.</summary>
    public const int Seed = 2003;

    /// <summary>The file of the training part.</summary>
    public const string Train = "train.txt";

    /// <summary>The file of the development part.</summary>
    public const string Dev = "dev.txt";

    /// <summary>The file of the test part.</summary>
    public const string Test = "test.txt";

    private static readonly (string File, int Count, bool Seen)[] parts = [(Train, 1200, true), (Dev, 300, false), (Test, 400, false)];

    /// <summary>The three files.</summary>
    /// <param name="seed">The same seed gives the same bytes on every system.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    public static IReadOnlyList<MadeFile> Make(int seed, IProgress<double>? progress = null)
    {
        var random = SplitMix64.Stream((ulong)seed, 0, 0);
        var (written, slots) = (EntityTemplates.Fixed.ToArray(), EntityTemplates.Slots.ToArray());
        random.Shuffle(written.AsSpan());
        random.Shuffle(slots.AsSpan());
        var names = EntityNames.Lists.ToDictionary(list => list.Key, list => list.Value);
        var (used, files, next) = (new HashSet<string>(), new List<MadeFile>(), 0);
        foreach (var (file, count, seen) in parts)
        {
            var share = seen ? written.Length * 2 / 3 : (written.Length - written.Length * 2 / 3) / 2;
            var sentences = written.Skip(next).Take(share).ToList();
            next += share;
            var filler = new SlotFiller(seen ? FirstTwoThirds(names) : names);
            var templates = seen ? slots[..(slots.Length * 2 / 3)] : slots;
            while (sentences.Count < count)
                sentences.Add(filler.Fill(templates[random.Below(templates.Length)], ref random));
            var different = sentences.Where(used.Add).ToArray();
            random.Shuffle(different.AsSpan());
            files.Add(new(file, Encoding.UTF8.GetBytes(ConllFile.Format(different.Select(Brackets.Parse)))));
            progress?.Report((double)files.Count / parts.Length);
        }
        return files;
    }

    private static Dictionary<string, string[]> FirstTwoThirds(Dictionary<string, string[]> names) =>
        names.ToDictionary(list => list.Key, list => list.Value[..((list.Value.Length * 2 + 2) / 3)]);
}

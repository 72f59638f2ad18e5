using System.Globalization;
using System.Text;
using Lab.Data.Sets;

namespace Lab.Data.Dates;

/// <summary>Makes <c>data/dates</c>: dates as people write them, each with its ISO form.</summary>
public static class WrittenDates
{
    /// <summary>The seed of the committed files.</summary>
    public const int Seed = 8601;

    /// <summary>Pairs for training.</summary>
    public const int TrainCount = 6_000;

    /// <summary>Pairs for choices, such as when to stop.</summary>
    public const int DevCount = 500;

    /// <summary>Pairs for the final number.</summary>
    public const int TestCount = 500;

    private const int FirstYear = 1950;
    private const int Years = 100;

    /// <summary>The three files, tab-separated.</summary>
    /// <param name="seed">The same seed gives the same bytes on every system.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    public static IReadOnlyList<MadeFile> Make(int seed, IProgress<double>? progress = null)
    {
        var (first, last) = (new DateOnly(FirstYear, 1, 1), new DateOnly(FirstYear + Years, 1, 1));
        var dates = new DateOnly[last.DayNumber - first.DayNumber];
        for (var i = 0; i < dates.Length; i++)
            dates[i] = first.AddDays(i);
        var random = SplitMix64.Stream((ulong)seed, 0, 0);
        random.Shuffle(dates);                                                // no date comes twice, in no two files

        var files = new List<MadeFile>();
        var next = 0;
        foreach (var (name, count) in new[] { ("train", TrainCount), ("dev", DevCount), ("test", TestCount) })
        {
            var text = new StringBuilder();
            for (var i = 0; i < count; i++, next++)
            {
                var written = DateFormats.All[random.Below(DateFormats.All.Count)](dates[next]);
                text.Append(written).Append('\t').Append(dates[next].ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Append('\n');
            }
            files.Add(new($"{name}.tsv", Encoding.ASCII.GetBytes(text.ToString())));
            progress?.Report(files.Count / 3.0);
        }
        return files;
    }
}

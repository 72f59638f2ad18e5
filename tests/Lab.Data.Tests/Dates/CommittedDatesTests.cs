using System.Globalization;
using Lab.Data.Dates;
using Lab.Data.Sets;
using Lab.Data.Text;
using Lab.Shared;

namespace Lab.Data.Tests.Dates;

public sealed class CommittedDatesTests
{
    private static readonly string folder = Path.Combine(Repository.Root, "data", "dates");

    [Fact]
    public void Making_the_dates_again_gives_the_committed_bytes()
    {
        using var made = new TempFolder();
        var set = Catalog.Made.Single(s => s.Name == "dates");
        set.Write(made.Path, set.Seed);
        foreach (var name in new[] { "train.tsv", "dev.tsv", "test.tsv", MadeSet.Checksums })
            Assert.True(File.ReadAllBytes(made.File(name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, name))), $"{name} differs.");
    }

    [Fact]
    public void Another_seed_gives_other_dates() =>
        Assert.False(WrittenDates.Make(1)[0].Content.Span.SequenceEqual(WrittenDates.Make(2)[0].Content.Span));

    [Fact]
    public void There_are_as_many_as_promised_all_valid_and_no_date_comes_twice()
    {
        var (train, dev, test) = (DatePairs.Train(folder), DatePairs.Dev(folder), DatePairs.Test(folder));
        Assert.Equal((WrittenDates.TrainCount, WrittenDates.DevCount, WrittenDates.TestCount), (train.Count, dev.Count, test.Count));
        TextPair[] all = [.. train, .. dev, .. test];
        Assert.All(all, pair => DateOnly.ParseExact(pair.Target, "yyyy-MM-dd", CultureInfo.InvariantCulture));
        Assert.Equal(all.Length, all.Select(pair => pair.Target).Distinct().Count());
    }

    [Fact]
    public void No_way_of_writing_can_be_read_as_two_dates()
    {
        var readings = new Dictionary<string, DateOnly>();
        for (var date = new DateOnly(1950, 1, 1); date.Year < 2050; date = date.AddDays(1))
            foreach (var format in DateFormats.All)
                Assert.True(readings.TryAdd(format(date), date) || readings[format(date)] == date, $"{format(date)} is {date} and {readings[format(date)]}.");
    }

    [Fact]
    public void Every_character_of_dev_and_test_is_in_train()
    {
        var known = Vocabulary.OfCharacters(DatePairs.Train(folder).Select(pair => pair.Source));
        foreach (var pair in DatePairs.Dev(folder).Concat(DatePairs.Test(folder)))
            known.Encode(pair.Source);
    }
}

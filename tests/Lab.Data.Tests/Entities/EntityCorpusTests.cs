using Lab.Data.Conll;
using Lab.Data.Entities;
using Lab.Data.Sets;
using Lab.Shared;

namespace Lab.Data.Tests.Entities;

public sealed class EntityCorpusTests
{
    private static string Folder => Path.Combine(Repository.Root, "data", "ner");

    [Fact]
    public void Making_the_sentences_again_gives_the_committed_bytes()
    {
        var sums = File.ReadAllLines(Path.Combine(Folder, MadeSet.Checksums));
        var files = EntityCorpus.Make(EntityCorpus.Seed);
        Assert.Equal(sums, files.Select(MadeSet.Line));
        Assert.All(files, file => Assert.True(
            File.ReadAllBytes(Path.Combine(Folder, file.Name)).AsSpan().SequenceEqual(file.Content.Span), $"{file.Name} differs from the committed one."));
    }

    [Fact]
    public void No_sentence_comes_twice_in_a_part_or_in_two()
    {
        var all = Parts().SelectMany(part => part).Select(s => string.Join(' ', s.Words)).ToList();
        Assert.InRange(all.Count, 1700, 1900);
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public void Labels_are_valid_and_all_types_come_in_every_part() => Assert.All(Parts(), part =>
    {
        Assert.Equal(["LOC", "MISC", "ORG", "PER"], part.SelectMany(s => EntitySpan.Read(s.Labels)).Select(s => s.Type).Distinct().Order());
        Assert.All(part, s => Assert.Equal(s.Labels, EntitySpan.Write(EntitySpan.Read(s.Labels), s.Length)));
    });

    [Fact]
    public void Development_and_test_ask_for_names_that_training_does_not_have()
    {
        var (train, _, test) = (Parts()[0], Parts()[1], Parts()[2]);
        var seen = train.SelectMany(Names).ToHashSet();
        var asked = test.SelectMany(Names).ToList();
        Assert.InRange(asked.Count(name => !seen.Contains(name)) / (double)asked.Count, 0.3, 0.9);
    }

    [Fact]
    public void A_leading_the_is_outside_and_the_outermost_bracket_counts()
    {
        var sentence = Brackets.Parse("From [LOC the Nile] to the [ORG University of Rome] .");
        Assert.Equal("O O B-LOC O O B-ORG I-ORG I-ORG O", string.Join(' ', sentence.Labels));
    }

    [Theory]
    [InlineData("[PER Anna [LOC Rome]]")]
    [InlineData("Anna] sings")]
    [InlineData("[PER Anna sings")]
    public void Brackets_that_do_not_match_are_refused(string text) => Assert.Throws<FormatException>(() => Brackets.Parse(text));

    [Fact]
    public void Another_seed_gives_other_sentences() =>
        Assert.NotEqual(Checksum.Of(EntityCorpus.Make(1)[2].Content.Span), Checksum.OfFile(Path.Combine(Folder, EntityCorpus.Test)));

    private static IReadOnlyList<ConllSentence>[] Parts() => [NamedEntities.Train(Folder), NamedEntities.Dev(Folder), NamedEntities.Test(Folder)];

    private static IEnumerable<string> Names(ConllSentence sentence) =>
        EntitySpan.Read(sentence.Labels).Select(s => string.Join(' ', sentence.Words.Skip(s.Start).Take(s.End - s.Start)));
}

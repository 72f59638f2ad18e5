using Lab.Data.Sets;

namespace Lab.Data.Tests.Conll;

public sealed class NamedEntitiesTests : IDisposable
{
    private const string Original = """
        -DOCSTART- -X- -X- O

        EU NNP B-NP I-ORG
        rejects VBZ B-VP O
        German JJ B-NP I-MISC
        call NN I-NP O
        . . O O

        Peter NNP B-NP I-PER
        Blackburn NNP I-NP I-PER
        Mary NNP B-NP B-PER

        """;

    private readonly TempFolder folder = new();

    [Fact]
    public void The_files_of_the_shared_task_are_read_with_their_own_names_and_labels()
    {
        foreach (var name in Catalog.Licensed.Single(set => set.Name == "conll2003").Files)
            File.WriteAllText(Path.Combine(folder.Path, name), Original);
        foreach (var sentences in new[] { NamedEntities.Train(folder.Path), NamedEntities.Dev(folder.Path), NamedEntities.Test(folder.Path) })
        {
            Assert.Equal(2, sentences.Count);
            Assert.Equal(["B-ORG", "O", "B-MISC", "O", "O"], sentences[0].Labels);
            Assert.Equal(["B-PER", "I-PER", "B-PER"], sentences[1].Labels);
            Assert.Equal(["NNP", "VBZ", "JJ", "NN", "."], sentences[0].Column(1));
        }
    }

    [Theory]
    [InlineData("B-PER I-PER O")]
    [InlineData("S-PER B-LOC E-LOC")]
    [InlineData("I-PER E-PER O")]                         // wrong BIOES, not IOB1
    public void Other_labels_stay_as_they_are(string labels)
    {
        var rows = labels.Split(' ').Select(label => $"word {label}");
        File.WriteAllText(Path.Combine(folder.Path, "train.txt"), string.Join('\n', rows));
        Assert.Equal(labels, string.Join(' ', NamedEntities.Train(folder.Path)[0].Labels));
    }

    [Fact]
    public void A_set_that_is_not_there_is_asked_for_by_its_command()
    {
        Assert.SkipWhen(Directory.Exists(DataFolder.Downloaded("conll2003")), "It is there.");
        Assert.EndsWith(
            "lab data get conll2003", Assert.Throws<DirectoryNotFoundException>(() => NamedEntities.Train("conll2003")).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}

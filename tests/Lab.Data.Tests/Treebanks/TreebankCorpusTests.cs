using Lab.Core.Trees;
using Lab.Data.Sets;
using Lab.Data.Treebanks;
using Lab.Shared;

namespace Lab.Data.Tests.Treebanks;

public sealed class TreebankCorpusTests
{
    private static string Folder => Path.Combine(Repository.Root, "data", "treebank");

    private static IReadOnlyList<TreebankSentence>[] Parts => [Treebank.Train(Folder), Treebank.Dev(Folder), Treebank.Test(Folder)];

    [Fact]
    public void Making_the_treebank_again_gives_the_committed_bytes()
    {
        var files = TreebankCorpus.Make(TreebankCorpus.Seed);
        Assert.Equal(File.ReadAllLines(Path.Combine(Folder, MadeSet.Checksums)), files.Select(MadeSet.Line));
        Assert.All(files, file => Assert.True(
            File.ReadAllBytes(Path.Combine(Folder, file.Name)).AsSpan().SequenceEqual(file.Content.Span), $"{file.Name} differs from the committed one."));
    }

    [Fact]
    public void No_sentence_comes_twice() =>
        Assert.Distinct(Parts.SelectMany(part => part).Select(s => string.Join(' ', s.Dependencies.Forms)));

    [Fact]
    public void Both_forms_say_the_same() => Assert.All(Parts.SelectMany(part => part), s =>
    {
        var (heads, relations) = HeadRules.Of(s.Tree);
        Assert.Equal(heads, s.Dependencies.Heads);
        Assert.Equal(relations, s.Dependencies.Relations);
        Assert.Equal(s.Plain.Leaves.Select(l => l.Label), s.Dependencies.Words.Select(w => w.Xpos));
        Assert.DoesNotContain("dep", relations);
    });

    [Fact]
    public void Every_sentence_is_a_tree_with_one_root_and_arcs_cross_only_over_traces() => Assert.All(Parts.SelectMany(part => part), s =>
    {
        Assert.True(HeadTree.IsTree(s.Dependencies.Heads));
        Assert.Single(s.Dependencies.Heads, 0);
        Assert.True(HeadTree.IsProjective(s.Dependencies.Heads) || s.Tree.Leaves.Any(l => l.Label == "-NONE-"));
    });

    [Fact]
    public void Some_arcs_cross_in_every_part() => Assert.All(Parts, part =>
        Assert.InRange(part.Count(s => !HeadTree.IsProjective(s.Dependencies.Heads)) / (double)part.Count, 0.04, 0.25));

    [Fact]
    public void Development_and_test_have_words_that_training_does_not_have()
    {
        var seen = Parts[0].SelectMany(s => s.Dependencies.Forms).ToHashSet();
        Assert.All(Parts.Skip(1), part => Assert.InRange(part.SelectMany(s => s.Dependencies.Forms).Count(w => !seen.Contains(w)), 10, 500));
    }

    [Fact]
    public void Another_seed_gives_other_sentences() =>
        Assert.NotEqual(Checksum.Of(TreebankCorpus.Make(1)[0].Content.Span), Checksum.OfFile(Path.Combine(Folder, "train.mrg")));

    [Fact]
    public void Files_that_do_not_hold_the_same_words_are_refused()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("train.mrg"), "(S (NN dog))\n");
        File.WriteAllText(folder.File("train.conllu"), "1\tcat\t_\t_\t_\t_\t0\troot\t_\t_\n\n");
        Assert.Contains("train.conllu:1: wanted the words", Assert.Throws<InvalidDataException>(() => Treebank.Train(folder.Path + "/")).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("train.conllu"), "");
        Assert.Contains("wanted 1 sentences", Assert.Throws<InvalidDataException>(() => Treebank.Train(folder.Path + "/")).Message, StringComparison.Ordinal);
    }
}

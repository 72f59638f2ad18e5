using Lab.Data.Text;
using static TorchSharp.torch;

namespace Lab.Data.Tests.Text;

public sealed class TokenPairsTests
{
    private static readonly TextPair[] pairs = [new("ab", "x"), new("b", "xyx"), new("aab", "y")];
    private static readonly Vocabulary sources = Vocabulary.OfCharacters(pairs.Select(p => p.Source));
    private static readonly Vocabulary targets = Vocabulary.OfCharacters(pairs.Select(p => p.Target));

    [Fact]
    public void Targets_start_end_and_are_filled_up()
    {
        using var scope = NewDisposeScope();
        var all = new TokenPairs(pairs, sources, targets).All();
        Assert.Equal([3, 4, 0, 4, 0, 0, 3, 3, 4], all.Sources.data<long>().ToArray());
        Assert.Equal([3, 5], all.Targets.shape);
        Assert.Equal([1, 3, 2, 0, 0, 1, 3, 4, 3, 2, 1, 4, 2, 0, 0], all.Targets.data<long>().ToArray());
    }

    [Fact]
    public void Every_pair_comes_once_an_epoch_in_an_order_of_the_seed()
    {
        var set = new TokenPairs(pairs, sources, targets);
        string[] Epoch(int seed) => [.. set.Batches(2, seed).SelectMany(b => b.Sources.unbind(0).Select(row => sources.Decode(row.data<long>().ToArray())))];
        Assert.Equal(Epoch(1), Epoch(1));
        Assert.Equal(["aab", "ab", "b"], Epoch(2).Order());
        Assert.Contains(Enumerable.Range(0, 20), seed => !Epoch(seed).SequenceEqual(Epoch(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Batches(0, 1));
    }

    [Fact]
    public void A_batch_is_no_longer_than_its_longest()
    {
        var set = new TokenPairs(pairs, sources, targets);
        Assert.All(set.Batches(1, 0), b => Assert.DoesNotContain(0L, b.Sources.data<long>().ToArray()));
    }

    [Fact]
    public void Sources_alone_must_hold_something()
    {
        Assert.Throws<ArgumentException>(() => TokenPairs.Sources([], sources));
        Assert.Throws<ArgumentException>(() => TokenPairs.Sources(["a", ""], sources));
    }
}

using Lab.Data.Dates;
using Lab.Data.Text;
using static TorchSharp.torch;

namespace Lab.Data.Tests.Dates;

[CollectionDefinition(nameof(DateTranslatorTests), DisableParallelization = true)]
public sealed class SeedsTheProcess;

[Collection(nameof(DateTranslatorTests))]
public sealed class DateTranslatorTests
{
    private static readonly TextPair[] pairs = [.. Enumerable.Range(0, 64).Select(i => new TextPair($"{i % 8}/{i / 8}", $"{i / 8}-{i % 8}"))];

    [Fact]
    public void It_learns_a_small_set_by_heart()
    {
        using var scope = NewDisposeScope();
        using var translator = new DateTranslator(pairs, epochs: 150, learningRate: 1e-2);
        var first = translator.TrainEpoch(pairs);
        var last = first;
        for (var epoch = 1; epoch < 150; epoch++)
            last = translator.TrainEpoch(pairs);
        Assert.True(last < first / 10, $"The loss went from {first} to {last}.");
        Assert.Equal(1, translator.ExactMatch(pairs));
        Assert.Equal(["3-5"], translator.Translate(["5/3"]));
    }

    [Fact]
    public void The_same_seed_gives_the_same_model()
    {
        using var scope = NewDisposeScope();
        double Loss(int seed)
        {
            using var translator = new DateTranslator(pairs, epochs: 2, seed);
            return translator.TrainEpoch(pairs);
        }
        Assert.Equal(Loss(3), Loss(3), 1e-6);
        Assert.NotEqual(Loss(3), Loss(4), 1e-6);
    }

    [Fact]
    public void Characters_that_it_does_not_know_are_refused()
    {
        using var translator = new DateTranslator(pairs, epochs: 1);
        Assert.Throws<ArgumentException>(() => translator.Translate(["5.3"]));
        Assert.Throws<ArgumentException>(() => translator.Translate([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DateTranslator(pairs, epochs: 0));
    }
}

using Lab.Core.Sets;
using Lab.Data.Conll;
using static TorchSharp.torch;

namespace Lab.Data.Tests.Conll;

/// <summary>Spans as sets: into tensors and back, and scored without an order.</summary>
public sealed class EntitySetsTests
{
    private static readonly string[] types = ["LOC", "ORG"];

    [Fact]
    public void Spans_that_touch_and_lie_in_each_other_become_targets_and_come_back()
    {
        using var scope = NewDisposeScope();
        EntitySpan[][] sentences = [[new(0, 4, "ORG"), new(3, 4, "LOC"), new(4, 5, "LOC")], [], [new(1, 3, "ORG")]];
        var targets = EntitySets.Targets(sentences, types);
        Assert.Equal([3L, 0, 1], targets.Counts.data<long>());
        Assert.Equal([1L, 0, 0, 0, 0, 0, 1, 0, 0], targets.Types.contiguous().data<long>());
        Assert.Equal([3L, 3, 4, 0, 0, 0, 2, 0, 0], targets.Ends.contiguous().data<long>());       // the last word itself

        var found = new SpanSet(targets.Types, targets.Starts, targets.Ends, ones(3, 3), targets.Counts);
        Assert.Equal(sentences, EntitySets.Read(found, types).Select(s => s.ToArray()));
    }

    [Fact]
    public void Sentences_without_any_span_are_targets_too()
    {
        using var scope = NewDisposeScope();
        var targets = EntitySets.Targets([[], []], types);
        Assert.Equal([2L, 0], targets.Types.shape);
        Assert.Equal([0L, 0], targets.Counts.data<long>());
    }

    [Fact]
    public void What_is_no_span_of_a_known_type_is_refused()
    {
        Assert.Throws<ArgumentException>("sentences", () => EntitySets.Targets([], types));
        Assert.Throws<ArgumentException>("sentences", () => EntitySets.Targets([[new(0, 1, "PER")]], types));
        Assert.Throws<ArgumentException>("sentences", () => EntitySets.Targets([[new(2, 2, "LOC")]], types));
        Assert.Throws<ArgumentException>("sentences", () => EntitySets.Targets([[new(-1, 2, "LOC")]], types));
        using var scope = NewDisposeScope();
        var one = ones([1, 1], ScalarType.Int64);
        Assert.Throws<ArgumentException>("types", () => EntitySets.Read(new(one, one, one, one, one[0]), ["LOC"]));
    }

    [Fact]
    public void No_tensor_is_left_behind_but_the_targets()
    {
        var before = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        var targets = EntitySets.Targets([[new(0, 1, "LOC")]], types);
        using var found = new Found(targets);
        EntitySets.Read(found.Set, types);
        Assert.Equal(before + 4, TorchSharp.DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Scores_count_spans_of_a_set_each_once_and_in_any_order()
    {
        EntitySpan[] truth = [new(0, 4, "ORG"), new(3, 4, "LOC"), new(4, 5, "LOC")];
        var scores = SpanScores.Of([[truth[2], truth[0], truth[0], new(3, 4, "ORG")], []], [truth, [new(0, 1, "LOC")]]);
        Assert.Equal(new SpanScore(2, 3, 4), scores.All);
        Assert.Equal(new SpanScore(1, 1, 3), scores.ByType["LOC"]);
        Assert.Equal(new SpanScore(1, 2, 1), scores.ByType["ORG"]);
        Assert.Equal(1, SpanScores.Of([[.. truth.Reverse()]], [truth]).All.F1);
        Assert.Throws<ArgumentException>("predicted", () => SpanScores.Of([], [truth]));
    }

    [Fact]
    public void Labels_and_sets_of_spans_have_the_same_scores()
    {
        string[] said = ["B-LOC", "I-LOC", "O", "B-ORG"], right = ["B-LOC", "I-LOC", "B-ORG", "B-ORG"];
        var (report, scores) = (SpanReport.Of([said], [right]), SpanScores.Of([EntitySpan.Read(said)], [EntitySpan.Read(right)]));
        Assert.Equal(scores.All, report.All);
        Assert.Equal(scores.ByType, report.ByType);
    }

    /// <summary>The set that says what the targets say, freed with its own tensors only.</summary>
    private sealed class Found(SlotTargets targets) : IDisposable
    {
        public SpanSet Set { get; } = new(targets.Types, targets.Starts, targets.Ends, targets.Types, targets.Counts);

        public void Dispose()
        {
            foreach (var tensor in new[] { targets.Types, targets.Starts, targets.Ends, targets.Counts })
                tensor.Dispose();
        }
    }
}

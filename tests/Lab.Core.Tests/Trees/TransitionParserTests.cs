using Lab.Core.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Trees;

public sealed class TransitionParserTests
{
    private const int Words = 4;

    /// <summary>Larger weights than a new head has: its decisions differ from state to state.</summary>
    private static (TransitionHead Head, Tensor Features) Drawn(int seed, int rows = 3)
    {
        manual_seed(seed);
        var head = new TransitionHead(3, 4, 6);
        foreach (var parameter in head.parameters())
            using (no_grad())
                parameter.mul_(1.7);
        return (head, randn(rows, Words, 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_beam_that_is_wide_enough_finds_the_most_probable_transitions(bool standard)
    {
        TransitionSystem system = standard ? TransitionSystem.ArcStandard : TransitionSystem.ArcHybrid;
        var better = 0;
        for (var seed = 0; seed < 5; seed++)
        {
            using var scope = NewDisposeScope();
            var (head, features) = Drawn(seed);
            using var kept = head;
            var parser = new TransitionParser(head, system);
            var (wide, greedy) = (parser.Parse(features, beam: 1000), parser.Parse(features));
            for (var row = 0; row < 3; row++)
            {
                var all = Ways(head, system, features.narrow(0, row, 1), new ParserState(Words)).ToArray();
                var best = all.MaxBy(way => way.LogProbability);
                Assert.Equal(1, all.Sum(way => Math.Exp(way.LogProbability)), 1e-4);
                Assert.Equal(best.LogProbability, wide.Scores[row].ToSingle(), 1e-3);
                Assert.Equal(best.Heads, Heads(wide, row));
                Assert.Contains(all, way => way.Heads.SequenceEqual(Heads(greedy, row)) && Math.Abs(way.LogProbability - greedy.Scores[row].ToSingle()) < 1e-3);
                better += wide.Scores[row].ToSingle() > greedy.Scores[row].ToSingle() + 1e-3 ? 1 : 0;
            }
        }
        Assert.True(better > 0, "no sentence in which greedy is not the best: the beam is not tried");
    }

    [Fact]
    public void Greedy_takes_the_best_of_what_is_allowed_at_every_step()
    {
        using var scope = NewDisposeScope();
        var (head, features) = Drawn(9);
        using var kept = head;
        var found = new TransitionParser(head).Parse(features);
        for (var row = 0; row < 3; row++)
        {
            var sentence = features.narrow(0, row, 1);
            Assert.Equal(
                TransitionSystem.ArcHybrid.Parse(Words, state => (Transition)Scores(head, TransitionSystem.ArcHybrid, sentence, state).Index().MaxBy(p => p.Item).Index)
                    .Select(h => (long)h),
                Heads(found, row));
        }
    }

    [Fact]
    public void Sentences_do_not_see_each_other_and_what_stands_behind_their_end_is_not_read()
    {
        using var scope = NewDisposeScope();
        var (head, features) = Drawn(11, rows: 4);
        using var kept = head;
        var parser = new TransitionParser(head);
        var lengths = tensor(new long[] { 4, 0, 1, 3 });
        var garbage = features.masked_fill((arange(Words) >= lengths.unsqueeze(1)).unsqueeze(2), double.NaN);
        var together = parser.Parse(garbage, lengths, beam: 3);
        for (var row = 0; row < 4; row++)
        {
            var n = lengths[row].ToInt32();
            Assert.All(Heads(together, row).Skip(n), h => Assert.Equal(DependencyCrf.NoHead, h));
            if (n == 0)
            {
                Assert.Equal(0, together.Scores[row].ToSingle());
                continue;
            }
            var alone = parser.Parse(features.narrow(0, row, 1).narrow(1, 0, n), beam: 3);
            Assert.Equal(Heads(alone, 0), Heads(together, row).Take(n));
            Assert.Equal(alone.Scores.ToSingle(), together.Scores[row].ToSingle(), 1e-4);
        }
        Assert.Equal([0L, Words], parser.Parse(features.narrow(0, 0, 0)).Heads.shape);
    }

    /// <summary>Errors add up: the heads that a projective parse gets wrong are the costs of its transitions.</summary>
    [Fact]
    public void The_costs_of_what_was_done_are_the_heads_that_are_wrong()
    {
        using var scope = NewDisposeScope();
        var (head, features) = Drawn(12);
        using var kept = head;
        int[][] gold = [[2, 0, 4, 2], [0, 1, 2], [2, 3, 0, 3]];
        var states = new ParserState[3];
        var random = new Random(4);
        var visited = new TransitionParser(head).Visit(features, gold, (row, state, costs, logits) =>
        {
            states[row] = state;
            Assert.Equal(costs.Select(c => c is null), logits.Select(double.IsNegativeInfinity));
            Transition[] allowed = [.. Enum.GetValues<Transition>().Where(t => costs[(int)t] is not null)];
            return allowed[random.Next(allowed.Length)];
        });
        Assert.Equal([3, 8, 4], visited.Places.shape);
        Assert.Equal([3, 8, 3], visited.Costs.shape);
        Assert.Equal([3, 8], visited.Transitions.shape);
        var took = visited.Costs.gather(2, visited.Transitions.clamp(min: 0).unsqueeze(2)).squeeze(2).clamp(min: 0).sum(1);
        for (var row = 0; row < 3; row++)
        {
            Assert.True(states[row].IsFinal);
            Assert.Equal(states[row].Heads.Where((h, t) => h != gold[row][t]).Count(), took[row].ToInt64());
        }
        Assert.True(took.sum().ToInt64() > 0);
        Assert.Equal([0, -1, -1, 1], visited.Places[0, 0].data<long>().ToArray());
        Assert.Equal([0, -1, -1], visited.Costs[0, 0].data<long>().ToArray());
        Assert.Equal([-1, -1, -1, -1], visited.Places[1, 6].data<long>().ToArray());
        Assert.Equal([-1, -1, -1], visited.Costs[1, 7].data<long>().ToArray());
        Assert.Equal(-100, visited.Transitions[1, 6].ToInt64());
    }

    [Fact]
    public void A_policy_that_costs_nothing_ends_in_the_right_tree()
    {
        using var scope = NewDisposeScope();
        var (head, features) = Drawn(13);
        using var kept = head;
        int[][] gold = [[2, 0, 4, 2], [0, 1, 2], [2, 3, 0, 3]];
        var states = new ParserState[3];
        new TransitionParser(head).Visit(features, gold, (row, state, costs, _) =>
        {
            states[row] = state;
            return Enum.GetValues<Transition>().Last(t => costs[(int)t] == 0);
        });
        Assert.Equal(gold, states.Select(s => s.Heads.ToArray()));
    }

    [Fact]
    public void Wrong_inputs_are_refused()
    {
        using var scope = NewDisposeScope();
        var (head, features) = Drawn(1);
        using var kept = head;
        var parser = new TransitionParser(head);
        int[][] gold = [[2, 0], [0], [0]];
        TransitionPolicy first = (_, state, costs, _) => Enum.GetValues<Transition>().First(t => costs[(int)t] is not null);
        Assert.Throws<ArgumentNullException>("head", () => new TransitionParser(null!));
        Assert.Throws<ArgumentNullException>("features", () => parser.Parse(null!));
        Assert.Throws<ArgumentException>("features", () => parser.Parse(ones(3, 3)));
        Assert.Throws<ArgumentException>("features", () => parser.Parse(ones(1, 3, 4)));
        Assert.Throws<ArgumentException>("lengths", () => parser.Parse(features, tensor(new long[] { 1, 2, 5 })));
        Assert.Throws<ArgumentOutOfRangeException>("beam", () => parser.Parse(features, beam: 0));
        Assert.Throws<ArgumentException>("places", () => new TransitionParser(head, stack: 2).Parse(features));
        Assert.Throws<ArgumentException>("gold", () => parser.Visit(features, gold[..2], first));
        Assert.Throws<ArgumentException>("gold", () => parser.Visit(features, [[2, 0], [0], [0, 1, 1, 1, 1]], first));
        Assert.Throws<ArgumentException>("gold", () => parser.Visit(features, [[2, 1], [0], [0]], first));
        Assert.Throws<ArgumentNullException>("policy", () => parser.Visit(features, gold, null!));
        Assert.Throws<InvalidOperationException>(() => parser.Visit(features, gold, (_, _, _, _) => Transition.RightArc));
        Assert.Throws<InvalidOperationException>(() => new TransitionParser(head, TransitionSystem.ArcStandard).Visit(features, gold, first));
    }

    private static long[] Heads(FoundHeads found, int row) => found.Heads[row].data<long>().ToArray();

    private static double[] Scores(TransitionHead head, TransitionSystem system, Tensor sentence, ParserState state)
    {
        using var scope = NewDisposeScope();
        var places = tensor(state.Places().Select(p => (long)p).ToArray()).reshape(1, 1, -1);
        var logits = head.call(sentence, places, tensor(system.Legal(state)).reshape(1, 1, -1)).detach().to(ScalarType.Float64);
        return logits.log_softmax(2).reshape(-1).data<double>().ToArray();
    }

    /// <summary>All ways to the end, one by one.</summary>
    private static IEnumerable<(long[] Heads, double LogProbability)> Ways(TransitionHead head, TransitionSystem system, Tensor sentence, ParserState state)
    {
        if (state.IsFinal)
            return [([.. state.Heads.Select(h => (long)h)], 0)];
        var scores = Scores(head, system, sentence, state);
        return Enum.GetValues<Transition>().Where(t => system.Allows(state, t)).SelectMany(t =>
        {
            var after = state.Copy();
            system.Apply(after, t);
            return Ways(head, system, sentence, after).Select(way => (way.Heads, way.LogProbability + scores[(int)t])).ToArray();
        });
    }
}

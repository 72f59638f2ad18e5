using Lab.Core.Trees;

namespace Lab.Core.Tests.Trees;

public sealed class TransitionTests
{
    [Fact]
    public void The_static_oracle_leads_to_every_projective_tree_in_twice_as_many_steps_as_words()
    {
        for (var n = 1; n <= 5; n++)
            foreach (var tree in Projective(n))
            {
                var steps = 0;
                var heads = TransitionSystem.ArcStandard.Parse(n, state =>
                {
                    steps++;
                    return TransitionSystem.ArcStandard.Oracle(state, tree);
                });
                Assert.Equal(tree, heads);
                Assert.Equal(2 * n, steps);
            }
    }

    [Fact]
    public void The_dynamic_oracle_leads_to_every_projective_tree()
    {
        for (var n = 1; n <= 5; n++)
            foreach (var tree in Projective(n))
                Assert.Equal(tree, TransitionSystem.ArcHybrid.Parse(n, state => Cheapest(state, tree)));
    }

    /// <summary>The law of the dynamic oracle, in states that no oracle would lead to.</summary>
    [Fact]
    public void A_cost_is_what_the_best_tree_that_can_be_reached_gets_worse()
    {
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var n = random.Next(1, 6);
            var trees = Projective(n);
            var gold = trees[random.Next(trees.Count)];
            var state = new ParserState(n);
            for (var step = random.Next(2 * n); step > 0 && !state.IsFinal; step--)
                TransitionSystem.ArcHybrid.Apply(state, Any(TransitionSystem.ArcHybrid, state, random));
            if (state.IsFinal)
                continue;
            var best = Reachable(TransitionSystem.ArcHybrid, state, gold);
            var costs = TransitionSystem.ArcHybrid.Costs(state, gold);
            Assert.Equal(TransitionSystem.ArcHybrid.Legal(state), costs.Select(c => c is not null));
            Assert.Equal(0, costs.Min());
            for (var t = 0; t < TransitionSystem.Kinds; t++)
            {
                if (costs[t] is not { } cost)
                    continue;
                var after = state.Copy();
                TransitionSystem.ArcHybrid.Apply(after, (Transition)t);
                Assert.Equal(best - Reachable(TransitionSystem.ArcHybrid, after, gold), cost);
            }
        }
    }

    [Fact]
    public void Whatever_is_chosen_of_what_is_allowed_ends_in_a_projective_tree()
    {
        var random = new Random(5);
        foreach (var system in new TransitionSystem[] { TransitionSystem.ArcStandard, TransitionSystem.ArcHybrid })
            for (var round = 0; round < 100; round++)
            {
                var heads = system.Parse(random.Next(9), state => Any(system, state, random));
                Assert.True(HeadTree.IsTree(heads) && HeadTree.IsProjective(heads));
            }
    }

    [Fact]
    public void A_state_says_where_to_look()
    {
        var state = new ParserState(3);
        Assert.Equal([0, -1, -1, 1], state.Places());
        TransitionSystem.ArcHybrid.Apply(state, Transition.Shift);
        TransitionSystem.ArcHybrid.Apply(state, Transition.Shift);
        Assert.Equal([2, 1, 3, -1], state.Places(stack: 2, buffer: 2));
        Assert.Equal([2, 1, 0, 3], state.Places());
        Assert.Empty(state.Places(0, 0));
        TransitionSystem.ArcHybrid.Apply(state, Transition.Shift);
        Assert.Equal([3, 2, 1, -1], state.Places());
        Assert.Throws<ArgumentOutOfRangeException>("stack", () => state.Places(-1));
        Assert.Throws<ArgumentOutOfRangeException>("buffer", () => state.Places(1, -1));
    }

    [Fact]
    public void What_is_not_allowed_is_refused()
    {
        var (standard, hybrid) = (TransitionSystem.ArcStandard, TransitionSystem.ArcHybrid);
        var state = new ParserState(2);
        Assert.Equal([true, false, false], standard.Legal(state));
        Assert.Throws<InvalidOperationException>(() => standard.Apply(state, Transition.RightArc));
        standard.Apply(state, Transition.Shift);
        Assert.Equal([true, false, true], standard.Legal(state));
        Assert.Equal([true, true, true], hybrid.Legal(state));
        Assert.Throws<ArgumentException>(() => standard.Oracle(state, [0]));
        Assert.Throws<ArgumentException>(() => standard.Oracle(state, [2, 1]));
        Assert.Throws<ArgumentException>(() => hybrid.Costs(new ParserState(4), [3, 4, 0, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParserState(-1));
        standard.Apply(state, Transition.RightArc);
        standard.Apply(state, Transition.Shift);
        Assert.Throws<ArgumentException>(() =>
        {
            var lost = state.Copy();
            standard.Apply(lost, Transition.RightArc);                      // both on the root, and word 1 should hang on word 2
            return standard.Oracle(lost, [2, 0]);
        });
    }

    private static Transition Cheapest(ParserState state, IReadOnlyList<int> gold)
    {
        var costs = TransitionSystem.ArcHybrid.Costs(state, gold);
        return (Transition)Enumerable.Range(0, TransitionSystem.Kinds).First(t => costs[t] == 0);
    }

    private static Transition Any(TransitionSystem system, ParserState state, Random random)
    {
        Transition[] legal = [.. Enum.GetValues<Transition>().Where(t => system.Allows(state, t))];
        return legal[random.Next(legal.Length)];
    }

    /// <summary>The most right heads of all ways to go on.</summary>
    private static int Reachable(TransitionSystem system, ParserState state, IReadOnlyList<int> gold)
    {
        if (state.IsFinal)
            return state.Heads.Where((head, t) => head == gold[t]).Count();
        return Enum.GetValues<Transition>().Where(t => system.Allows(state, t)).Max(t =>
        {
            var after = state.Copy();
            system.Apply(after, t);
            return Reachable(system, after, gold);
        });
    }

    private static List<int[]> Projective(int words)
    {
        IEnumerable<int[]> Choices(int left) => left == 0
            ? [[]]
            : from before in Choices(left - 1)
              from head in Enumerable.Range(0, words + 1)
              where head != left
              select (int[])[.. before, head];
        return [.. Choices(words).Where(heads => HeadTree.IsTree(heads) && HeadTree.IsProjective(heads))];
    }
}

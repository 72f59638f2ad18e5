using Google.OrTools.LinearSolver;
using Lab.Core.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Trees;

/// <summary>
/// The best dependency tree as a linear program, solved by OR-Tools. The root sends every word a flow of 1 of its own over the arcs that are
/// taken; corners of that polytope are trees (Wong 1984; Martins, Smith and Xing 2009 parse with it), so the optimum is the
/// best tree's score, with no circle ever looked for.
/// </summary>
public sealed class ArborescenceProgramTests
{
    [Theory]
    [InlineData(5, false, 0)]
    [InlineData(5, true, 0)]
    [InlineData(9, false, 0)]
    [InlineData(9, true, 0)]
    [InlineData(12, true, 0)]
    [InlineData(9, false, 0.6)]
    [InlineData(9, true, 0.6)]
    [InlineData(9, true, 0.8)]
    public void The_best_tree_is_the_optimum_of_the_linear_program(int words, bool singleRoot, double forbidden)
    {
        using var scope = NewDisposeScope();
        var random = new Random(words);
        for (var sentence = 0; sentence < 4; sentence++)
        {
            var scores = new double[words + 1, words + 1];
            for (var h = 0; h <= words; h++)
                for (var m = 0; m <= words; m++)
                    scores[h, m] = random.NextDouble() < forbidden ? double.NegativeInfinity : random.Next(-50, 51);      // ties too
            var found = DependencyCrf.BestHeads(tensor(scores).unsqueeze(0), singleRoot: singleRoot).Scores.ToDouble();
            var optimum = Optimum(scores, singleRoot);
            if (double.IsNegativeInfinity(optimum))
                Assert.Equal(optimum, found);
            else
                Assert.Equal(optimum, found, 1e-6);
        }
    }

    /// <summary>The optimum; -∞ where nothing is feasible.</summary>
    private static double Optimum(double[,] scores, bool singleRoot)
    {
        using var solver = Solver.CreateSolver("GLOP");
        var places = scores.GetLength(0);
        var arcs = (
            from h in Enumerable.Range(0, places)
            from m in Enumerable.Range(1, places - 1)
            where h != m && !double.IsNegativeInfinity(scores[h, m])
            select (Head: h, Word: m, Taken: solver.MakeNumVar(0, 1, $"{h}>{m}"))).ToArray();
        for (var m = 1; m < places; m++)
            Sum(solver.MakeConstraint(1, 1), arcs.Where(a => a.Word == m).Select(a => (a.Taken, 1.0)));
        if (singleRoot)
            Sum(solver.MakeConstraint(1, 1), arcs.Where(a => a.Head == 0).Select(a => (a.Taken, 1.0)));
        for (var goal = 1; goal < places; goal++)
        {
            var flows = arcs.Select(a => (a.Head, a.Word, a.Taken, Flow: solver.MakeNumVar(0, 1, ""))).ToArray();
            foreach (var a in flows)
                Sum(solver.MakeConstraint(double.NegativeInfinity, 0), [(a.Flow, 1), (a.Taken, -1)]);
            for (var place = 1; place < places; place++)
            {
                var stays = place == goal ? 1 : 0;
                Sum(solver.MakeConstraint(stays, stays), flows.Where(a => a.Word == place).Select(a => (a.Flow, 1.0))
                    .Concat(flows.Where(a => a.Head == place).Select(a => (a.Flow, -1.0))));
            }
        }
        foreach (var a in arcs)
            solver.Objective().SetCoefficient(a.Taken, scores[a.Head, a.Word]);
        solver.Objective().SetMaximization();
        var status = solver.Solve();
        if (status == Solver.ResultStatus.INFEASIBLE)
            return double.NegativeInfinity;
        Assert.Equal(Solver.ResultStatus.OPTIMAL, status);
        return solver.Objective().Value();
    }

    private static void Sum(Constraint constraint, IEnumerable<(Variable Variable, double Times)> terms)
    {
        foreach (var (variable, times) in terms)
            constraint.SetCoefficient(variable, times);
    }
}

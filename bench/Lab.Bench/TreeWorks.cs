using Lab.Core.Kernels;
using Lab.Core.Trees;
using Lab.Specs.Trees;
using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>The rows of trees: the inside algorithm of a grammar, and the sum over dependency trees.</summary>
internal static class TreeWorks
{
    public static IEnumerable<Work> All(bool quick)
    {
        var (b, t, k) = quick ? (2, 6, 3) : (8, 40, 30);
        yield return Work.Of(
            new TreeLogPartitionSpec(), $"{b} x {t} x {k}", new TreeCase { B = b, T = t, K = k, Ruled = true, Seed = 1 },
            [("kernel", Trees(Form.Kernel)), ("readable", Trees(Form.Readable))], InsideByLoop, "a loop of torch operations", mostDifference: 1e-3);
        (b, t) = quick ? (2, 6) : (32, 60);
        yield return Work.Of(
            new HeadsLogPartitionSpec(), $"{b} x {t}", new ArcCase { B = b, T = t, Seed = 1 },
            [("kernel", Heads(Form.Kernel)), ("readable", Heads(Form.Readable))], DeterminantByLoop, "a loop of log-determinants", mostDifference: 1e-3);
    }

    private static Func<Tensor[], Tensor> Trees(Form form) => x =>
    {
        using var only = Forms.Only(form);
        return TreeCrf.TreeLogPartition(x[0], x[1]);
    };

    private static Func<Tensor[], Tensor> Heads(Form form) => x =>
    {
        using var only = Forms.Only(form);
        return DependencyCrf.HeadsLogPartition(x[0], singleRoot: false);
    };

    /// <summary>What peer.py does, in C#: all spans of a width at once.</summary>
    private static Tensor InsideByLoop(Tensor[] x)
    {
        var (spans, rules, cells) = (x[0], x[1], new List<Tensor>());
        var length = (int)spans.size(1);
        for (var w = 0; w < length; w++)
        {
            var (own, n) = (spans.diagonal(w, 1, 2).transpose(1, 2), length - w);
            if (w > 0)
            {
                var left = stack([.. Enumerable.Range(0, w).Select(m => cells[m].narrow(1, 0, n))], 2);
                var right = stack([.. Enumerable.Range(0, w).Select(m => cells[w - 1 - m].narrow(1, m + 1, n))], 2);
                var pairs = (left.unsqueeze(4) + right.unsqueeze(3)).logsumexp(2);
                own = own + (pairs.flatten(2).unsqueeze(2) + rules.flatten(1)).logsumexp(3);
            }
            cells.Add(own);
        }
        return cells[^1].select(1, 0).logsumexp(1);
    }

    private static Tensor DeterminantByLoop(Tensor[] x) => stack([.. x[0].unbind(0).Select(arcs =>
    {
        var words = arcs.size(0) - 1;
        var weights = arcs.narrow(1, 1, words).exp();
        var among = weights.narrow(0, 1, words).masked_fill(eye(words, dtype: ScalarType.Bool), 0);
        return linalg.slogdet((among.sum([0]) + weights[0]).diag() - among).Item2;
    })]);
}

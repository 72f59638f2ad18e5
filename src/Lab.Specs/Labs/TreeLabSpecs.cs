using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Labs;

/// <summary>Scores of the spans of a few words, or of the arcs between them.</summary>
public sealed record WordsCase : LabCase
{
    /// <summary>Sentences B.</summary>
    public int B { get; init; } = 1;

    /// <summary>Words N.</summary>
    public int N { get; init; } = 1;

    /// <summary>How many outputs the op has.</summary>
    internal int Outputs { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [.. Enumerable.Repeat(0, Outputs)];

    /// <summary>Whether the scores are of arcs, from the root too.</summary>
    internal bool Arcs { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => Arcs
        ? [new("arcs", Numbers().Reals(B, N + 1, N + 1)) { Differentiable = true, BatchDim = 0 }]
        : [new("spans", Numbers().Reals(B, N, N)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] }];

    /// <summary>So few words that all trees can be listed.</summary>
    internal static Gen<WordsCase> Any(bool arcs) =>
        from b in Gen.Choose(1, 2)
        from n in Gen.Choose(1, arcs ? 4 : 5)
        from scale in Gen.Elements(0.0, 1.0, 3.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new WordsCase { B = b, N = n, Arcs = arcs, Scale = scale, Seed = seed };
}

/// <summary>All bracketings and all dependency trees, one by one.</summary>
internal static class AllTrees
{
    /// <summary>The spans (first, last) of every binary bracketing of words.</summary>
    public static IEnumerable<(int First, int Last)[]> Bracketings(int first, int last) => first == last
        ? [[(first, last)]]
        : from split in Enumerable.Range(first, last - first)
          from left in Bracketings(first, split)
          from right in Bracketings(split + 1, last)
          select (((int, int)[])[(first, last), .. left, .. right]);

    /// <summary>The head of every word, 0 being the root, in all ways without a circle.</summary>
    public static IEnumerable<int[]> Heads(int words)
    {
        var ways = Enumerable.Range(0, words).Aggregate(
            (IEnumerable<int[]>)[[]], (all, _) => all.SelectMany(heads => Enumerable.Range(0, words + 1).Select(h => (int[])[.. heads, h])));
        return ways.Where(heads => Enumerable.Range(1, words).All(word =>
        {
            for (var steps = 0; word != 0; steps++)
            {
                if (steps > words)
                    return false;
                word = heads[word - 1];
            }
            return true;
        }));
    }
}

/// <summary>log Z over all bracketings, by the inside recursion; against all of them.</summary>
public sealed class InsideSpec : LabSpec<Func<Tensor, Tensor>, WordsCase>
{
    private static readonly int[] catalan = [1, 1, 2, 5, 14, 42, 132];

    private static Tensor Inside(Tensor spans)
    {
        using var scope = NewDisposeScope();
        var words = spans.size(1);
        var inside = new Dictionary<(long, long), Tensor>();
        for (var width = 1L; width <= words; width++)
            for (var first = 0L; first + width <= words; first++)
            {
                var last = first + width - 1;
                var own = spans.select(1, first).select(1, last);
                inside[(first, last)] = width == 1 ? own : own + stack(
                    [.. Enumerable.Range((int)first, (int)width - 1).Select(split => inside[(first, split)] + inside[(split + 1, last)])]).logsumexp(0);
            }
        return inside[(0, words - 1)].clone().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Inside;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Oracle => spans =>
    {
        var words = (int)spans.size(1);
        var scores = AllTrees.Bracketings(0, words - 1).Select(tree => tree.Select(s => spans.select(1, s.First).select(1, s.Last)).Aggregate((a, b) => a + b));
        return stack([.. scores]).logsumexp(0);
    };

    /// <inheritdoc/>
    public override Gen<WordsCase> Cases => WordsCase.Any(arcs: false);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor> op, WordsCase @case, Tensor[] arguments) => [op(arguments[0])];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor>, WordsCase>> OwnLaws =>
    [
        Own("it counts trees", "With scores of 0, exp of it is the Catalan number: 1, 1, 2, 5, 14, 42, 132.", (op, _) =>
            catalan.Select((count, n) => (count, Words: n + 1)).Aggregate(Verdict.Holds, (verdict, at) => verdict.Then(() =>
                Comparison.Same($"number of trees over {at.Words} words", op(zeros(1, at.Words, at.Words, dtype: ScalarType.Float64)).exp(), tensor([(double)at.count]), Tolerance)))) with { Cases = 1 },
        Own("the gradient is what spans are probable", "The gradient in a span's score is its probability: between 0 and 1, and 1 for single words and for the whole.", (op, c) =>
        {
            var spans = c.Draw()[0].Value.requires_grad_();
            op(spans).sum().backward();
            var p = spans.grad!;
            return Verdict.Require((p >= -1e-9).logical_and(p <= 1 + 1e-9).all().ToBoolean(), "A probability lies outside [0, 1].")
                .Then(() => Comparison.Same("probability of the words", p.diagonal(0, 1, 2), ones(c.B, c.N, dtype: ScalarType.Float64), Tolerance))
                .Then(() => Comparison.Same("probability of the whole", p.select(1, 0).select(1, c.N - 1), ones(c.B, dtype: ScalarType.Float64), Tolerance));
        }),
    ];
}

/// <summary>The spans of the best bracketing, against all of them.</summary>
public sealed class BestBracketsSpec : LabSpec<Func<Tensor, Tensor>, WordsCase>
{
    private static Tensor BestBrackets(Tensor spans)
    {
        using var scope = NewDisposeScope();
        var (batch, words) = (spans.size(0), (int)spans.size(1));
        var best = zeros([batch, words, words], ScalarType.Bool);
        for (var b = 0; b < batch; b++)
            foreach (var (first, last) in AllTrees.Bracketings(0, words - 1).MaxBy(tree => tree.Sum(s => spans[b, s.First, s.Last].ToDouble()))!)
                best[b, first, last] = true;
        return best.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => BestBrackets;

    /// <summary>CKY on plain doubles.</summary>
    public override Func<Tensor, Tensor> Oracle => spans =>
    {
        var (batch, words) = ((int)spans.size(0), (int)spans.size(1));
        var found = new bool[batch, words, words];
        for (var b = 0; b < batch; b++)
        {
            var chart = new Dictionary<(int, int), (double Score, int Split)>();
            for (var width = 1; width <= words; width++)
                for (var first = 0; first + width <= words; first++)
                {
                    var (last, own) = (first + width - 1, spans[b, first, first + width - 1].to(ScalarType.Float64).ToDouble());
                    var splits = Enumerable.Range(first, width - 1).Select(s => (Score: chart[(first, s)].Score + chart[(s + 1, last)].Score, Split: s)).ToList();
                    chart[(first, last)] = splits.Count == 0 ? (own, -1) : (own + splits.Max(s => s.Score), splits.MaxBy(s => s.Score).Split);
                }
            Mark(b, 0, words - 1);

            void Mark(int sentence, int first, int last)
            {
                found[sentence, first, last] = true;
                if (first == last)
                    return;
                Mark(sentence, first, chart[(first, last)].Split);
                Mark(sentence, chart[(first, last)].Split + 1, last);
            }
        }
        return tensor(found.Cast<bool>().ToArray()).reshape(batch, words, words);
    };

    /// <inheritdoc/>
    public override Gen<WordsCase> Cases => WordsCase.Any(arcs: false).Select(c => c with { Outputs = 2 });

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <summary>What the spans score: of equals any will do.</summary>
    public override Tensor[] Call(Func<Tensor, Tensor> op, WordsCase @case, Tensor[] arguments)
    {
        using var scope = NewDisposeScope();
        var best = op(arguments[0]);
        if (best.dtype != ScalarType.Bool || !best.shape.AsSpan().SequenceEqual(arguments[0].shape))
            throw new InvalidOperationException($"the spans must be bool [{string.Join(", ", arguments[0].shape)}], got {best.dtype} [{string.Join(", ", best.shape)}].");
        return [(arguments[0] * best).sum([1, 2]).MoveToOuterDisposeScope(), best.sum([1, 2]).MoveToOuterDisposeScope()];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor>, WordsCase>> OwnLaws =>
    [
        Own("no brackets cross", "Two spans lie apart or one in the other; there are 2N - 1 of them, with every word and the whole.", (op, c) =>
        {
            var best = op(c.Draw()[0].Value);
            return Enumerable.Range(0, c.B).Aggregate(Verdict.Holds, (verdict, b) => verdict.Then(() =>
            {
                var spans = (from i in Enumerable.Range(0, c.N) from j in Enumerable.Range(0, c.N) where best[b, i, j].ToBoolean() select (i, j)).ToList();
                var crossing = spans.Exists(s => spans.Exists(o => s.i < o.i && o.i <= s.j && s.j < o.j));
                return Verdict.Require(spans.Count == 2 * c.N - 1 && spans.Contains((0, c.N - 1)), $"There are {spans.Count} spans over {c.N} words.")
                    .Then(() => Verdict.Require(!crossing && Enumerable.Range(0, c.N).All(i => spans.Contains((i, i))), "Two spans cross, or a word is missing."));
            }));
        }) with { Cases = 40 },
    ];
}

/// <summary>log Z over all dependency trees, by a determinant; against all of them.</summary>
public sealed class ArcLogPartitionSpec : LabSpec<Func<Tensor, Tensor>, WordsCase>
{
    private static readonly int[] cayley = [1, 3, 16, 125];

    private static Tensor ArcLogPartition(Tensor arcs)
    {
        using var scope = NewDisposeScope();
        var words = arcs.size(1) - 1;
        var shift = arcs.detach().amax([1]).narrow(1, 1, words);                  // [B, N]: every tree takes one head for every word
        var weights = (arcs.narrow(2, 1, words) - shift.unsqueeze(1)).exp();      // [B, N + 1, N]
        var between = weights.narrow(1, 1, words) * (1 - eye(words, dtype: arcs.dtype));
        var laplacian = diag_embed(between.sum(1) + weights.select(1, 0)) - between;
        return (linalg.slogdet(laplacian).Item2 + shift.sum(1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => ArcLogPartition;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Oracle => arcs =>
    {
        var scores = AllTrees.Heads((int)arcs.size(1) - 1).Select(heads =>
            heads.Select((head, m) => arcs.select(1, head).select(1, m + 1)).Aggregate((a, b) => a + b));
        return stack([.. scores]).logsumexp(0);
    };

    /// <inheritdoc/>
    public override Gen<WordsCase> Cases => WordsCase.Any(arcs: true);

    /// <summary>No: a determinant of numbers far apart keeps few digits in single precision.</summary>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-8, 1e-9);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor> op, WordsCase @case, Tensor[] arguments) => [op(arguments[0])];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor>, WordsCase>> OwnLaws =>
    [
        Own("it counts trees", "With scores of 0, exp of it is (N + 1)^(N - 1): 1, 3, 16, 125.", (op, _) =>
            cayley.Select((count, n) => (count, Words: n + 1)).Aggregate(Verdict.Holds, (verdict, at) => verdict.Then(() =>
                Comparison.Same($"number of trees over {at.Words} words", op(zeros(1, at.Words + 1, at.Words + 1, dtype: ScalarType.Float64)).exp(), tensor([(double)at.count]), Tolerance)))) with { Cases = 1 },
        Own("every word has one head", "The gradient in the arcs sums to 1 over the heads of each word: these are probabilities.", (op, c) =>
        {
            var arcs = c.Draw()[0].Value.requires_grad_();
            op(arcs).sum().backward();
            var p = arcs.grad!.narrow(2, 1, c.N).sum(1);
            return Comparison.Same("sum over heads", p, ones_like(p), new Tolerance(1e-7, 1e-7));
        }),
        Own("large scores do not overflow", "1000 more for every arc is 1000 more for every word.", (op, c) =>
        {
            var arcs = c.Draw()[0].Value;
            return Comparison.Same("result", op(arcs + 1000), op(arcs) + 1000 * c.N, new Tolerance(1e-9, 1e-8));
        }),
    ];
}

using FsCheck;
using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Search = System.Func<TorchSharp.torch.Tensor, long, long, long, long, double, TorchSharp.torch.Tensor>;
using Step = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, (TorchSharp.torch.Tensor Scores, TorchSharp.torch.Tensor Parents, TorchSharp.torch.Tensor Tokens)>;

namespace Lab.Specs.Labs;

/// <summary>The best continuations of a beam, against a list of all of them that is sorted.</summary>
public sealed class BestContinuationsSpec : LabSpec<Step, ContinuationsCase>
{
    private static (Tensor Scores, Tensor Parents, Tensor Tokens) BestContinuations(Tensor scores, Tensor logProbs, long width)
    {
        using var scope = NewDisposeScope();
        var sums = (scores.unsqueeze(2) + logProbs).flatten(1);
        var (best, places) = sums.sort(1, descending: true, stable: true);
        width = Math.Min(width, sums.size(1));
        var kept = places.narrow(1, 0, width);
        return (
            best.narrow(1, 0, width).clone().MoveToOuterDisposeScope(), kept.div(logProbs.size(2), RoundingMode.floor).MoveToOuterDisposeScope(),
            kept.remainder(logProbs.size(2)).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public override Step Op => BestContinuations;

    /// <inheritdoc/>
    public override Step Oracle => (scores, logProbs, width) =>
    {
        var (b, k, v) = (scores.size(0), (int)scores.size(1), (int)logProbs.size(2));
        var best = Enumerable.Range(0, (int)b).SelectMany(i =>
            (from h in Enumerable.Range(0, k)
             from t in Enumerable.Range(0, v)
             select (Score: (scores[i, h] + logProbs[i, h, t]).to(ScalarType.Float64).ToDouble(), Parent: (long)h, Token: (long)t))
            .OrderByDescending(next => next.Score).Take((int)width)).ToArray();
        long[] shape = [b, Math.Min(width, k * v)];
        return (
            tensor(best.Select(next => next.Score).ToArray(), dtype: scores.dtype).reshape(shape), tensor(best.Select(next => next.Parent).ToArray(), ScalarType.Int64).reshape(shape),
            tensor(best.Select(next => next.Token).ToArray(), ScalarType.Int64).reshape(shape));
    };

    /// <inheritdoc/>
    public override Gen<ContinuationsCase> Cases => ContinuationsCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Step op, ContinuationsCase @case, Tensor[] arguments)
    {
        var (scores, parents, tokens) = op(arguments[0], arguments[1], @case.Width);
        return [scores, parents, tokens];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<Step, ContinuationsCase>> OwnLaws =>
    [
        Own("parents and tokens say where a score comes from", "The parent's score and the token's log-probability sum to it, and no continuation comes twice.", (op, c) =>
        {
            var (scores, logProbs) = (c.Draw()[0].Value, c.Draw()[1].Value);
            var best = op(scores, logProbs, c.Width);
            var kept = Math.Min(c.Width, c.K * c.V);
            foreach (var (name, part) in new[] { ("Parents", best.Parents), ("Tokens", best.Tokens) })
                if (part.dtype != ScalarType.Int64 || part.shape is not [var rows, var columns] || rows != c.B || columns != kept)
                    return Verdict.Fails($"{name} must be int64 [{c.B}, {kept}], got {part.dtype} [{string.Join(", ", part.shape)}].");
            var sums = (scores.unsqueeze(2) + logProbs).flatten(1);
            var places = best.Parents * c.V + best.Tokens;
            if (places.lt(0).any().ToBoolean() || places.ge(c.K * c.V).any().ToBoolean() || best.Tokens.ge(c.V).any().ToBoolean())
                return Verdict.Fails("A parent or a token is not there.");
            return Comparison.Same("score", best.Scores, sums.gather(1, places), Tolerance)
                .Then(() => Verdict.Require(!places.sort(1).Values.diff(dim: 1).eq(0).any().ToBoolean(), "A continuation is there twice."));
        }),
    ];
}

/// <summary>Scores that make up for the length, against counting tokens.</summary>
public sealed class LengthNormalisedSpec : LabSpec<Func<Tensor, Tensor, long, double, Tensor>, HypothesesCase>
{
    private static Tensor LengthNormalised(Tensor logProbs, Tensor tokens, long eos, double alpha)
    {
        using var scope = NewDisposeScope();
        var words = tokens.narrow(1, 1, tokens.size(1) - 1);                  // without BOS
        var ended = (words == eos).to(ScalarType.Int64);
        var lengths = (ended.cumsum(1) - ended).eq(0).sum(1);                 // up to the first EOS, and that
        return (logProbs / lengths.to(logProbs.dtype).pow(alpha)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, double, Tensor> Op => LengthNormalised;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, double, Tensor> Oracle => (logProbs, tokens, eos, alpha) => stack([.. Enumerable.Range(0, (int)tokens.size(0)).Select(i =>
    {
        var length = 0;
        while (length < tokens.size(1) - 1 && tokens[i, ++length].ToInt64() != eos) { }
        return logProbs[i] / Math.Pow(length, alpha);
    })]);

    /// <inheritdoc/>
    public override Gen<HypothesesCase> Cases => HypothesesCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, long, double, Tensor> op, HypothesesCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], 0, @case.Halves / 2.0)];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, long, double, Tensor>, HypothesesCase>> OwnLaws =>
    [
        Own("EOS counts and BOS does not", "By the mean, EOS at once with log p = -1 is worth -1, and one token and EOS with -1.9 is worth -0.95.", (op, _) =>
            Comparison.Same(
                "result", op(tensor([-1.0, -1.9]), tensor(new[,] { { 9L, 0L, 0L }, { 9L, 3L, 0L } }), 0, 1), tensor([-1.0, -0.95]), Tolerance)) with { Cases = 1 },
        Own("what stands behind EOS does not count", "Tokens behind the first EOS change nothing.", (op, c) =>
        {
            var (logProbs, tokens) = (c.Draw()[0].Value, c.Draw()[1].Value);
            var ended = tokens.clone();
            ended.select(1, 1).fill_(0);
            var cut = ended.clone();
            cut.narrow(1, 2, c.T - 2).fill_(7);
            return Comparison.Same("result", op(logProbs, cut, 0, 1), op(logProbs, ended, 0, 1), Tolerance);
        }),
    ];
}

/// <summary>A whole beam search over a model that is a table, against lists of hypotheses.</summary>
public sealed class BeamSearchSpec : LabSpec<Search, BeamCase>
{
    private static Tensor BeamSearch(Tensor logProbs, long bos, long eos, long width, long maxLength, double alpha)
    {
        using var scope = NewDisposeScope();
        var model = new MarkovModel(logProbs.unsqueeze(0));
        using var start = model.Start(1);
        var best = Decode.Beam(
            model, start, tensor([bos]), new(eos, -1, (int)maxLength), new((int)width) { Penalty = LengthPenalty.Power(alpha) });
        return best.Tokens[0, 0].narrow(0, 0, best.Lengths[0, 0].ToInt64()).clone().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Search Op => BeamSearch;

    /// <inheritdoc/>
    public override Search Oracle => (logProbs, bos, eos, width, maxLength, alpha) =>
    {
        var (table, beam, finished) = (Table(logProbs), new List<(double LogProb, long[] Tokens)> { (0, []) }, new List<(double Score, long[] Tokens)>());
        for (var length = 1; length <= maxLength; length++)
        {
            var all = beam.SelectMany(h => table[h.Tokens.Length == 0 ? bos : h.Tokens[^1]].Select((p, token) => (LogProb: h.LogProb + p, Tokens: (long[])[.. h.Tokens, token]))).ToList();
            finished.AddRange(all.Where(h => h.Tokens[^1] == eos).Select(h => (h.LogProb / Math.Pow(length, alpha), h.Tokens)));
            beam = [.. all.Where(h => h.Tokens[^1] != eos).OrderByDescending(h => h.LogProb).Take((int)width)];
        }
        return tensor(finished.MaxBy(h => h.Score).Tokens);
    };

    /// <inheritdoc/>
    public override Gen<BeamCase> Cases => BeamCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <summary>No: rows are distributions, and rounded or changed they are none.</summary>
    public override bool TakesRealNumbers => false;

    /// <summary>What the tokens are worth: of equals any will do.</summary>
    public override Tensor[] Call(Search op, BeamCase @case, Tensor[] arguments)
    {
        using var scope = NewDisposeScope();
        var tokens = op(arguments[0], @case.V - 1, 0, @case.Width, @case.MaxLength, @case.Alpha);
        return [tensor(Worth(arguments[0], Numbers(tokens), @case.V - 1, 0, @case.Alpha), dtype: arguments[0].dtype).MoveToOuterDisposeScope()];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<Search, BeamCase>> OwnLaws =>
    [
        Own("a sequence ends once", "It has EOS as its last token, nowhere else, and is no longer than allowed.", (op, c) =>
        {
            var found = op(c.Draw()[0].Value, c.V - 1, 0, c.Width, c.MaxLength, c.Alpha);
            var tokens = Numbers(found);
            return Verdict.Require(found.dim() == 1 && found.dtype == ScalarType.Int64, $"Expected int64 tokens [n], got {found.dtype} [{string.Join(", ", found.shape)}].")
                .Then(() => Verdict.Require(tokens.Length <= c.MaxLength, $"It has {tokens.Length} tokens of at most {c.MaxLength}."))
                .Then(() => Verdict.Require(Array.IndexOf(tokens, 0L) == tokens.Length - 1, $"Its tokens are {string.Join(" ", tokens)}; EOS is 0."));
        }),
        Own("a beam as wide as all there is finds the best there is", "With V^T hypotheses kept, it is the best of the list of all sequences.", (op, c) =>
        {
            var logProbs = c.Draw()[0].Value;
            var wide = op(logProbs, c.V - 1, 0, (long)Math.Pow(c.V, c.MaxLength), c.MaxLength, c.Alpha);
            var best = All(c.V, c.MaxLength).Max(tokens => Worth(logProbs, tokens, c.V - 1, 0, c.Alpha));
            return Comparison.Same("worth", tensor(Worth(logProbs, Numbers(wide), c.V - 1, 0, c.Alpha)), tensor(best), Tolerance);
        }) with { Cases = 40 },
        Own("a finished hypothesis is not lost to an unfinished one", "Of p(EOS) = 0.4 and p(a) = 0.6, with a going on for ever, EOS wins.", (op, _) =>
        {
            var table = tensor(new[,] { { 1, 1, 1 }, { 1e-9, 1, 1e-9 }, { 0.4, 0.6, 1e-9 } }).log();
            return Comparison.Same("tokens", op(table, 2, 0, 2, 3, 0), tensor([0L]), Exactly).On([new("logProbs", table)]);
        }) with { Cases = 1 },
        Own("no width is too wide", "A width of 1000 over three tokens is all there is, and no error.", (op, c) =>
        {
            var logProbs = c.Draw()[0].Value;
            var (wide, all) = (op(logProbs, c.V - 1, 0, 1000, c.MaxLength, c.Alpha), op(logProbs, c.V - 1, 0, 256, c.MaxLength, c.Alpha));
            return Comparison.Same("tokens", wide, all, Exactly);
        }) with { Cases = 10 },
    ];

    private static IEnumerable<long[]> All(int vocabulary, int maxLength)
    {
        IEnumerable<long[]> prefixes = [[]];
        for (var n = 0; n < maxLength; n++)
        {
            foreach (var prefix in prefixes)
                yield return [.. prefix, 0];
            prefixes = [.. prefixes.SelectMany(p => Enumerable.Range(1, vocabulary - 1).Select(v => (long[])[.. p, v]))];
        }
    }

    private static double Worth(Tensor logProbs, long[] tokens, long bos, long eos, double alpha)
    {
        var (table, before, sum) = (Table(logProbs), bos, 0.0);
        if (tokens.Length == 0 || tokens[^1] != eos)
            return double.NegativeInfinity;                               // not finished
        foreach (var token in tokens)
        {
            sum += token >= 0 && token < table.Length ? table[before][token] : double.NegativeInfinity;
            before = Math.Clamp(token, 0, table.Length - 1);
        }
        return sum / Math.Pow(tokens.Length, alpha);
    }

    private static long[] Numbers(Tensor tokens) => [.. tokens.to(ScalarType.Int64).reshape(-1).data<long>()];

    private static double[][] Table(Tensor logProbs) =>
        [.. logProbs.detach().cpu().to(ScalarType.Float64).unbind(0).Select(row => row.contiguous().data<double>().ToArray())];
}

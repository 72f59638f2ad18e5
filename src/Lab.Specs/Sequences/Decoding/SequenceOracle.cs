using Lab.Core.Sequences.Decoding;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>A finished or unfinished sequence, in plain numbers.</summary>
/// <param name="Tokens">With EOS, where it is finished.</param>
/// <param name="LogProb">In nats.</param>
/// <param name="Finished">Whether it ends with EOS.</param>
public sealed record Listed(long[] Tokens, double LogProb, bool Finished);

/// <summary>A table-driven model and its strategies in plain C#, one example and one sequence at a time. Token 0 is EOS.</summary>
/// <param name="options">The greatest length, rule and constraint.</param>
/// <param name="table">The model's table for one example, <c>[V^n, V]</c>.</param>
/// <param name="first">The first token.</param>
internal sealed class SequenceOracle(DecodingOptions options, Tensor table, long first)
{
    private readonly double[] numbers = table.to(ScalarType.Float64).cpu().reshape(-1).data<double>().ToArray();
    private readonly HashSet<string>? legal = options.Constraint is { } constraint
        ? [.. LegalPrefixes(constraint, options.MaxLength, (int)table.size(-1))] : null;

    private int V { get; } = (int)table.size(-1);

    public double[] Logits(IReadOnlyList<long> prefix)
    {
        var history = 0L;
        foreach (var token in prefix.Prepend(first))
            history = (history * V + token) % (numbers.Length / V);
        return [.. numbers.Skip((int)history * V).Take(V)];
    }

    public double[] LogProbs(IReadOnlyList<long> prefix)
    {
        var z = Logits(prefix);
        var logMass = z.Max() + Math.Log(z.Sum(x => Math.Exp(x - z.Max())));
        return [.. z.Select(x => x - logMass)];
    }

    /// <summary>Whether a token may come next, by the list of all legal sequences.</summary>
    public bool May(IReadOnlyList<long> prefix, long token) => legal?.Contains(Key([.. prefix, token])) ?? true;

    /// <summary>Scores as rule and constraint leave them.</summary>
    public double[] Ruled(double[] scores, IReadOnlyList<long> prefix)
    {
        var before = scores.Select((s, v) => May(prefix, v) ? s : double.NegativeInfinity).ToArray();
        if (options.Rule is not { } rule)
            return before;
        using var scope = NewDisposeScope();
        var ruled = rule(tensor(before).unsqueeze(0), tensor([.. prefix], dtype: ScalarType.Int64).unsqueeze(0));
        var after = ruled[0].data<double>().ToArray();
        return after.All(double.IsNegativeInfinity) ? before : after;
    }

    /// <summary>One row, with a choice of its own.</summary>
    public Listed Row(Func<double[], int> choose)
    {
        var (tokens, logProb) = (new List<long>(), 0.0);
        while (tokens.Count < options.MaxLength && !tokens.Contains(0))
        {
            var token = choose(Ruled(Logits(tokens), tokens));
            logProb += LogProbs(tokens)[token];
            tokens.Add(token);
        }
        return new([.. tokens], logProb, tokens.Contains(0));
    }

    /// <summary>Beam search: lists of hypotheses, continued and sorted; one list a group.</summary>
    public IReadOnlyList<Listed>[] Beam(int width, int groups, double diversity, Func<Listed, double> score, int best)
    {
        var alive = Enumerable.Range(0, groups).Select(_ => new List<Listed> { new([], 0, false) }).ToArray();
        var finished = Enumerable.Range(0, groups).Select(_ => new List<Listed>()).ToArray();
        for (var t = 0; t < options.MaxLength; t++)
        {
            var taken = new int[V];                                   // by the groups before, in this step
            for (var g = 0; g < groups; g++)
            {
                var next = new List<Listed>();
                foreach (var hypothesis in alive[g])
                {
                    var scores = Ruled(LogProbs(hypothesis.Tokens), hypothesis.Tokens);
                    for (var v = 0; v < V; v++)
                        (v == 0 ? finished[g] : next).Add(new([.. hypothesis.Tokens, v], hypothesis.LogProb + Math.Min(0, scores[v]), v == 0));
                }
                alive[g] = [.. next.OrderByDescending(h => h.LogProb - diversity * taken[h.Tokens[^1]]).Take(width / groups)];
                foreach (var hypothesis in alive[g].Where(h => !double.IsNegativeInfinity(h.LogProb)))
                    taken[hypothesis.Tokens[^1]]++;
            }
        }
        return [.. finished.Select((f, g) => Ranked(f.Concat(alive[g]), score, best))];
    }

    /// <summary>Stochastic beam search: prefixes with keys, each continued given its own key.</summary>
    public IReadOnlyList<(Listed Sequence, double Key)> Perturbed(int count, IReadOnlyList<(Tensor Gumbel, int Width)> noise, int example)
    {
        var beam = new List<(long[] Tokens, double Own, double Drawn, double Key)> { ([], 0, 0, 0) };
        foreach (var (gumbel, width) in noise)
        {
            var next = new List<(long[] Tokens, double Own, double Drawn, double Key)>();
            for (var i = 0; i < beam.Count; i++)
            {
                var (tokens, own, drawn, key) = beam[i];
                if (tokens.Contains(0))
                {
                    next.Add(beam[i]);
                    continue;
                }
                var (logProbs, scores) = (LogProbs(tokens), Ruled(Logits(tokens), tokens));
                var logMass = scores.Max() + Math.Log(scores.Sum(s => Math.Exp(s - scores.Max())));
                var free = scores.Select((s, v) => drawn + s - logMass + gumbel[example * width + i, v].ToDouble()).ToArray();
                for (var v = 0; v < V; v++)
                    if (!double.IsNegativeInfinity(free[v]))
                        next.Add(([.. tokens, v], own + logProbs[v], drawn + scores[v] - logMass, Given(free[v], free.Max(), key)));
            }
            beam = [.. next.OrderByDescending(h => h.Key).Take(count)];
        }
        return [.. beam.Select(h => (new Listed(h.Tokens, h.Own, h.Tokens.Contains(0)), h.Key))];
    }

    /// <summary>-log(e^-key - e^-greatest + e^-free), the numbers shifted so that none overflows.</summary>
    private static double Given(double free, double greatest, double key)
    {
        if (free == greatest)
            return key;
        var shift = Math.Max(-free, -key);
        return -(shift + Math.Log(Math.Exp(-key - shift) - Math.Exp(-greatest - shift) + Math.Exp(-free - shift)));
    }

    /// <summary>All sequences there are: finished ones, and those cut at the greatest length.</summary>
    public IReadOnlyList<Listed> All(Func<Listed, double> score, int best)
    {
        var (all, growing) = (new List<Listed>(), new List<Listed> { new([], 0, false) });
        for (var t = 0; t < options.MaxLength; t++)
        {
            var longer = new List<Listed>();
            foreach (var h in growing)
            {
                var scores = Ruled(LogProbs(h.Tokens), h.Tokens);
                longer.AddRange(scores.Select((s, v) => new Listed([.. h.Tokens, v], h.LogProb + Math.Min(0, s), v == 0)));
            }
            all.AddRange(longer.Where(h => h.Finished));
            growing = [.. longer.Where(h => !h.Finished)];
        }
        return Ranked(all.Concat(growing), score, best);
    }

    private static List<Listed> Ranked(IEnumerable<Listed> hypotheses, Func<Listed, double> score, int best) =>
        [.. hypotheses.Where(h => !double.IsNegativeInfinity(h.LogProb))
            .OrderByDescending(h => h.Finished).ThenByDescending(score).Take(best)];

    private static string Key(IEnumerable<long> tokens) => string.Join(' ', tokens);

    /// <summary>Every prefix of every legal sequence that ends in time, found by trying all sequences.</summary>
    private static IEnumerable<string> LegalPrefixes(TokenAutomaton constraint, int maxLength, int tokens)
    {
        IReadOnlyList<long[]> level = [[]];
        for (var length = 0; length < maxLength; length++)
        {
            foreach (var sequence in level.Where(constraint.Accepts))
                for (var n = 1; n <= length + 1; n++)
                    yield return Key(((long[])[.. sequence, 0]).Take(n));
            level = [.. level.SelectMany(s => Enumerable.Range(1, tokens - 1).Select(v => (long[])[.. s, v]))];
        }
    }
}

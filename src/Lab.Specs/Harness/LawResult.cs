using System.Text;

namespace Lab.Specs.Harness;

/// <summary>The smallest case found on which a law fails, and what was seen there.</summary>
/// <param name="Case">Sizes, options and seed.</param>
/// <param name="Inputs">The tensors that the op was given.</param>
/// <param name="Verdict">Reason, results and first difference.</param>
public sealed record Counterexample(Case Case, IReadOnlyList<TensorSnapshot> Inputs, Verdict Verdict);

/// <summary>How a law fared against a version of an op: a value to print, draw or grade by.</summary>
public sealed record LawResult
{
    /// <summary>The op's name.</summary>
    public required string Op { get; init; }

    /// <summary>The law's name.</summary>
    public required string Law { get; init; }

    /// <summary>The law in one sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>Cases tried, until the first failure.</summary>
    public required int Cases { get; init; }

    /// <summary>Cases that the law says anything about.</summary>
    public required int Applied { get; init; }

    /// <summary>The shrunk counterexample; null when none was found.</summary>
    public Counterexample? Counterexample { get; init; }

    /// <summary>What makes the same run again: <c>LAB_SEED</c>.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether the law held, on at least one case that it applies to.</summary>
    public bool Passed => Counterexample is null && Applied > 0;

    /// <summary>The whole story: law, reason, smallest input, results, how to replay.</summary>
    public override string ToString()
    {
        if (Passed)
            return $"{Op}: {Law}: holds ({Applied} cases)";
        var text = new StringBuilder($"{Op}: {Law}: FAILS\n  Law: {Sentence}\n");
        if (Counterexample is null)
            return text.Append($"  None of {Cases} cases came under it: the law showed nothing.\n").ToString();
        text.Append($"  {Counterexample.Verdict.Reason}\n  Smallest case: {Counterexample.Case}\n");
        foreach (var input in Counterexample.Inputs)
            text.Append($"    {input}\n");
        foreach (var result in Counterexample.Verdict.Evidence)
            text.Append($"    {result}\n");
        return text.Append($"  Replay with LAB_SEED={Seed}\n").ToString();
    }
}

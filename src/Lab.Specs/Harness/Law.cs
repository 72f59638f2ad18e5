namespace Lab.Specs.Harness;

/// <summary>A sentence about an op that can be tried on a case.</summary>
/// <typeparam name="TOp">The delegate type of the op.</typeparam>
/// <typeparam name="TCase">The op's cases.</typeparam>
/// <param name="Name">A few words, as a heading: "gradient equals the oracle's".</param>
/// <param name="Sentence">What holds, in one sentence that a student can act on.</param>
/// <param name="Try">Tries a version of the op on a case.</param>
public sealed record Law<TOp, TCase>(string Name, string Sentence, Func<TOp, TCase, Verdict> Try)
    where TOp : Delegate
    where TCase : Case
{
    /// <summary>How many cases show it; 1 for a law that does not depend on the case.</summary>
    public int Cases { get; init; } = 100;
}

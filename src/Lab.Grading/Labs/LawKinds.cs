namespace Lab.Grading.Labs;

/// <summary>Laws by kind.</summary>
public static class LawKinds
{
    /// <summary>The usual gate: the result is right.</summary>
    public const string Value = "value equals the oracle's";

    private static readonly HashSet<string> consistency =
    [
        "gradient equals finite differences",
        "the gradient has a gradient",
        "memory layout does not matter",
        "examples do not see each other",
        "an empty batch gives an empty result",
        "padding counts nowhere",
        "the kernel equals the readable form",
        "bad input is refused",
        "inputs are left unchanged",
        "no tensor is left behind",
        "threads do not see each other",
        "CUDA equals CPU",
    ];

    /// <summary>Whether a generic law compares the op only with itself, so that a constant may keep it.</summary>
    public static bool IsConsistency(string law) => consistency.Contains(law);

    /// <summary>Whether a generic law looks at what became of the inputs.</summary>
    internal static bool LooksAtInputs(string law) => law is "inputs are left unchanged" or "bad input is refused";
}

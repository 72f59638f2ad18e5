using System.Text;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>What there is to say of a law, in plain lines: for terminals, logs and hosts that show text.</summary>
public static class LawText
{
    private const int MostNumbers = 24;

    /// <summary>The law in words; where it did not pass, why, and the smallest counterexample.</summary>
    public static string Of(LawReport law)
    {
        ArgumentNullException.ThrowIfNull(law);
        if (law.Outcome == LawOutcome.Passed)
            return law.Sentence;
        var text = new StringBuilder(law.Hidden ? law.Law : law.Sentence);
        if (law.Reason.Length > 0)
            text.Append('\n').Append(law.Reason);
        if (law.Diagnosis is { } diagnosis)
            text.Append("\nLikely: ").Append(diagnosis);
        if (law.Counterexample is { } found)
        {
            text.Append("\nSmallest case: ").Append(found.Case);
            foreach (var tensor in found.Inputs)
                text.Append("\n  ").Append(Of(tensor));
            foreach (var tensor in found.Got.Concat(found.Expected))
                text.Append("\n  ").Append(Of(tensor));
            if (found.First is { } first)
                text.Append($"\nThey part at [{string.Join(", ", first.Index)}]: got {Plain.Number(first.Got)}, expected {Plain.Number(first.Expected)}.");
        }
        if (law.Hint is { } hint)
            text.Append("\nHint: ").Append(hint);
        if (law.Seed != 0 && law.Counterexample is not null)
            text.Append($"\nReplay with LAB_SEED={law.Seed}.");
        return text.ToString();
    }

    /// <summary>A tensor in one line: name, shape and its first numbers.</summary>
    public static string Of(TensorReport tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var shown = tensor.Values.Take(MostNumbers).Select(Plain.Number);
        return $"{tensor.Name} [{string.Join(", ", tensor.Shape)}] {tensor.Dtype} = {string.Join(", ", shown)}{(tensor.Values.Count > MostNumbers ? ", …" : "")}";
    }

    /// <summary>An outcome in a word or two.</summary>
    public static string Word(LawOutcome outcome) => outcome switch
    {
        LawOutcome.Passed => "holds",
        LawOutcome.Failed => "fails",
        LawOutcome.NotCounted => "not counted",
        LawOutcome.Refused => "refused",
        LawOutcome.Crashed => "crashed",
        LawOutcome.TimedOut => "out of time",
        LawOutcome.OutOfMemory => "out of memory",
        LawOutcome.NotReached => "not reached",
        _ => "missing",
    };
}

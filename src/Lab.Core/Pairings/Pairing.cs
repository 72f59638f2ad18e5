using static TorchSharp.torch;

namespace Lab.Core.Pairings;

/// <summary>
/// Says which head goes with which activation, targets and loss, and refuses a wrong pairing with a message that teaches. Wrong
/// pairings seldom throw: they train, to something else.
/// </summary>
/// <remarks>
/// <para>Two doors. <see cref="Judge(string?, string?, string?, string)"/> takes names, and so knows what was meant;
/// <see cref="Inspect"/> looks at real tensors, and so knows what was done. What is not known is not judged: leave it null.</para>
/// <para>Three verdicts: right; works, but something is lost; wrong. Each comes with a reason and, unless right, with code that
/// is better.</para>
/// </remarks>
/// <example>
/// <code>
/// Pairing.Judge("LinearHead", "softmax", "indices", "CrossEntropy")   // wrong: softmax twice
/// Pairing.Require(head.call(features), targets, "CrossEntropy");      // throws before the first step, if it must
/// Pairing.Guide                                                      // the whole table
/// </code>
/// </example>
public static partial class Pairing
{
    /// <summary>The guided table: what is to be predicted, head, activation, targets, loss.</summary>
    public static PairingGuide Guide { get; } = new(GuideRows.All);

    /// <summary>Every loss that the registry knows: all of <see cref="Losses.Loss"/> that compare outputs with targets.</summary>
    public static IReadOnlyList<LossEntry> Losses => Entries.Losses;

    /// <summary>Every head that the registry knows.</summary>
    public static IReadOnlyList<HeadEntry> Heads => Entries.Heads;

    /// <summary>Every activation that the registry knows, "none" first.</summary>
    public static IReadOnlyList<ActivationEntry> Activations => Entries.Activations;

    /// <summary>The names of the kinds of target: <c>indices</c>, <c>one-hot</c>, <c>multi-hot</c>...</summary>
    public static IReadOnlyList<string> Targets { get; } = [.. Enum.GetValues<TargetKind>().Select(Vocabulary.Hyphened)];

    /// <summary>Judges a pairing by its names. Case and hyphens do not matter; PyTorch's names will do.</summary>
    /// <param name="head">A head of <see cref="Heads"/>; null when it is not known.</param>
    /// <param name="activation">What comes between head and loss; null for none.</param>
    /// <param name="target">A kind of target of <see cref="Targets"/>; null when it is not known.</param>
    /// <param name="loss">A loss of <see cref="Losses"/>.</param>
    /// <returns>The verdict, with why and a better way.</returns>
    /// <exception cref="ArgumentException">A name that is not known; the nearest is named.</exception>
    public static PairingVerdict Judge(string? head, string? activation, string? target, string loss) => Of(
        head, activation,
        target is null ? default(TargetKind?) : Vocabulary.Find(Enum.GetValues<TargetKind>(), target, k => [Vocabulary.Hyphened(k)], "a kind of target", nameof(target)),
        loss);

    /// <inheritdoc cref="Judge(string?, string?, string?, string)"/>
    public static PairingVerdict Judge(string? head, string? activation, TargetKind target, string loss) =>
        Of(head, activation, target, loss);

    private static PairingVerdict Of(string? head, string? activation, TargetKind? target, string loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        var entry = FindLoss(loss);
        var layer = head is null ? null : Vocabulary.Find(Entries.Heads, head, Vocabulary.Names, "a head", nameof(head));
        var between = activation is null
            ? null : Vocabulary.Find(Entries.Activations, activation, Vocabulary.Names, "an activation", nameof(activation));
        var (given, misplaced) = Combinations.Apply(layer, between);
        string?[] parts = [layer?.Name, between?.Gives is null ? null : between.Name, entry.Name];
        var subject = string.Join(" → ", parts.Where(p => p is not null));
        if (target is { } kind)
            subject += $", targets: {kind.Text()}";
        return Verdict(subject, new(layer, between, given, target, entry), misplaced, []);
    }

    /// <summary>Throws where <see cref="Judge(string?, string?, string?, string)"/> finds a pairing wrong.</summary>
    /// <param name="head">A head; null when it is not known.</param>
    /// <param name="activation">What comes between head and loss; null for none.</param>
    /// <param name="target">A kind of target; null when it is not known.</param>
    /// <param name="loss">A loss.</param>
    /// <returns>The verdict, where it is not wrong.</returns>
    /// <exception cref="ArgumentException">A wrong pairing, with why and a better way; or a name that is not known.</exception>
    public static PairingVerdict Require(string? head, string? activation, string? target, string loss)
    {
        var verdict = Judge(head, activation, target, loss);
        return verdict.Fit == Fit.Wrong ? throw new ArgumentException(Refusal(verdict), nameof(loss)) : verdict;
    }

    /// <summary>Throws where <see cref="Inspect"/> finds a pairing wrong: to be called once, before the first step.</summary>
    /// <param name="outputs">What the loss will be given.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="loss">A loss of <see cref="Losses"/>.</param>
    /// <returns>The verdict, where it is not wrong.</returns>
    /// <exception cref="ArgumentException">A wrong pairing, with why and a better way; or a name that is not known.</exception>
    public static PairingVerdict Require(Tensor outputs, Tensor targets, string loss)
    {
        var verdict = Inspect(outputs, targets, loss);
        return verdict.Fit == Fit.Wrong ? throw new ArgumentException(Refusal(verdict), nameof(loss)) : verdict;
    }

    private static string Refusal(PairingVerdict verdict) =>
        $"Wrong pairing, got {string.Join("; ", [verdict.Subject, .. verdict.Seen])}. {verdict.Why} Fix: {verdict.Fix}.";

    private static LossEntry FindLoss(string loss) => Vocabulary.Find(Entries.Losses, loss, Vocabulary.Names, "a loss", nameof(loss));

    private static PairingVerdict Verdict(
        string subject, Query query, PairingFinding? misplaced, IReadOnlyList<string> seen, params PairingFinding[] more)
    {
        PairingFinding?[] all = [misplaced, .. more, .. Combinations.Of(query), OfOutput(query), OfTarget(query)];
        return new(subject, query.Loss, [.. all.OfType<PairingFinding>().OrderByDescending(f => f.Fit)], seen);
    }

    private static PairingFinding? OfOutput(Query query)
    {
        var rule = OutputRules.All.FirstOrDefault(r => r.Losses.Contains(query.Loss.Name) && r.Given.Contains(query.Given));
        if (rule is not null)
            return new(rule.Fit, Filled(rule.Why, query.Loss), Filled(rule.Fix, query.Loss));
        return query.Given == OutputKind.Raw || query.Loss.Reads.Contains(query.Given)
            ? null                                        // a head that is not known may well be the right one
            : new(
                Fit.Wrong,
                $"{query.Loss.Name} wants {string.Join(" or ", query.Loss.Reads.Where(k => k != OutputKind.Raw).Select(k => k.Text()))}, and gets {query.Given.Text()}.",
                query.Loss.Code);
    }

    private static PairingFinding? OfTarget(Query query)
    {
        if (query.Target is not { } target || query.Loss.Targets.Contains(target))
            return null;
        var rule = TargetRules.All.First(r => r.Losses.Contains(query.Loss.Name) && r.Given.Contains(target));
        return new(rule.Fit, Filled(rule.Why, query.Loss), Filled(rule.Fix, query.Loss));
    }

    private static string Filled(string text, LossEntry loss) => text
        .Replace("{loss}", loss.Name, StringComparison.Ordinal)
        .Replace("{code}", loss.Code, StringComparison.Ordinal);
}

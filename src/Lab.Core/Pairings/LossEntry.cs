namespace Lab.Core.Pairings;

/// <summary>What the registry knows of a loss.</summary>
/// <param name="Name">Its name in <see cref="Losses.Loss"/>.</param>
/// <param name="Reads">What it wants of the output layer.</param>
/// <param name="Targets">The targets it is made for.</param>
/// <param name="Why">One sentence: what it does with what it reads.</param>
/// <param name="Code">How to call it.</param>
/// <param name="Aliases">Other names that people know it by.</param>
public sealed record LossEntry(
    string Name, IReadOnlyList<OutputKind> Reads, IReadOnlyList<TargetKind> Targets, string Why, string Code, params string[] Aliases)
{
    /// <summary>Name, and what it reads.</summary>
    public override string ToString() => $"{Name}: {Why}";
}

/// <summary>What the registry knows of a head.</summary>
/// <param name="Name">The name of its module.</param>
/// <param name="Gives">What comes out of it.</param>
/// <param name="Inside">The activation that it applies itself; empty when it gives raw numbers.</param>
public sealed record HeadEntry(string Name, OutputKind Gives, string Inside = "");

/// <summary>What the registry knows of an activation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Gives">What it makes of raw numbers; null leaves them as they are.</param>
/// <param name="Aliases">Other names that people know it by.</param>
public sealed record ActivationEntry(string Name, OutputKind? Gives, params string[] Aliases);

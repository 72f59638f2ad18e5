using System.Reflection;

namespace Lab.Specs.Harness;

/// <summary>How laws are tried.</summary>
/// <param name="Cases">How many cases each; null leaves it to the law.</param>
/// <param name="Seed">Fixes the cases; null takes LAB_SEED where it is set, else a fixed one of the law's own.</param>
public sealed record LawOptions(int? Cases = null, ulong? Seed = null)
{
    /// <summary>
    /// Changes every case before it is tried, also the simpler ones that shrinking offers: a lab holds options at a value. It must
    /// return the same for what it has changed already.
    /// </summary>
    public Func<Case, Case>? Adjust { get; init; }
}

/// <summary>
/// All that is known of an op: an independent oracle, cases that shrink, tolerances, bad inputs and laws. Tests, notebooks,
/// labs and benchmarks read this one object.
/// </summary>
public abstract class Spec
{
    /// <summary>The op's name, which is also that of its file.</summary>
    public string Name => Subject.Name;

    /// <summary>What the spec is about: a public method of the library, or a module's type.</summary>
    public abstract MemberInfo Subject { get; }

    /// <summary>The library's own version, whatever its signature.</summary>
    public abstract Delegate LibraryVersion { get; }

    /// <summary>The delegate type that every version of the op has.</summary>
    public abstract Type VersionType { get; }

    /// <summary>The type of the op's cases.</summary>
    public abstract Type CaseType { get; }

    /// <summary>The op's parameters, with the names that the library's version gives them.</summary>
    public IReadOnlyList<ParameterInfo> Parameters
    {
        get
        {
            var invoke = VersionType.GetMethod("Invoke")!.GetParameters();
            var named = LibraryVersion.Method.GetParameters();
            return VersionType.IsGenericType && VersionType.Namespace == nameof(System) && named.Length == invoke.Length ? named : invoke;
        }
    }

    /// <summary>The names of all laws, the generic ones first.</summary>
    public abstract IReadOnlyList<string> LawNames { get; }

    /// <summary>What a law says, in one sentence.</summary>
    /// <exception cref="ArgumentException">No law of that name.</exception>
    public abstract string SentenceOf(string law);

    /// <summary>Whether the op has a fused form beside its readable one: one more law compares the two.</summary>
    public virtual bool HasKernel => false;

    /// <summary>Tries one law on the library's own op.</summary>
    public abstract LawResult Check(string law, LawOptions? options = null);

    /// <summary>Tries one law on another version of the op: a student's, or one that is broken on purpose.</summary>
    /// <exception cref="ArgumentException">No law of that name, or a version of another signature.</exception>
    public abstract LawResult Check(Delegate version, string law, LawOptions? options = null);

    /// <summary>Shows a version of the op a fixed series of inputs, the same at every call and on every machine.</summary>
    /// <param name="version">The version.</param>
    /// <param name="count">How many usual inputs; the bad ones come on top.</param>
    /// <param name="adjust">Changes every case before it is shown.</param>
    /// <param name="before">Called before each.</param>
    public abstract IReadOnlyList<Probe> Probe(Delegate version, int count, Func<Case, Case>? adjust = null, Action? before = null);

    /// <summary>Tries all laws on the library's own op.</summary>
    public SpecReport CheckAll(LawOptions? options = null) =>
        new(Name, [.. LawNames.Select(law => Check(law, options))]);

    /// <inheritdoc/>
    public override string ToString() => $"spec of {Name}: {LawNames.Count} laws";
}

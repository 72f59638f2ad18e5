
namespace Lab.Specs.Harness;

/// <summary>What a law says of one case.</summary>
public sealed record Verdict
{
    private enum Kind { Holds, Fails, DoesNotApply }

    private readonly Kind kind;

    private Verdict(Kind kind) => this.kind = kind;

    /// <summary>The law holds for the case.</summary>
    public static Verdict Holds { get; } = new(Kind.Holds);

    /// <summary>The law says nothing about the case. A law that applies to no case at all counts as failed.</summary>
    public static Verdict DoesNotApply { get; } = new(Kind.DoesNotApply);

    /// <summary>Why the law fails, in one sentence; empty when it does not.</summary>
    public string Reason { get; private init; } = "";

    /// <summary>The tensors that show it: got, expected.</summary>
    public IReadOnlyList<TensorSnapshot> Evidence { get; private init; } = [];

    /// <summary>The inputs that show it, where the law changed those of the case; null where it did not.</summary>
    public IReadOnlyList<TensorSnapshot>? Inputs { get; private init; }

    /// <summary>The first entry where got and expected part.</summary>
    public Difference? First { get; private init; }

    /// <summary>Whether the law fails for the case.</summary>
    public bool IsFailure => kind == Kind.Fails;

    /// <summary>Whether the law says anything about the case.</summary>
    public bool Applies => kind != Kind.DoesNotApply;

    /// <summary>The law fails for the case.</summary>
    public static Verdict Fails(string reason, IReadOnlyList<TensorSnapshot>? evidence = null, Difference? first = null) =>
        new(Kind.Fails) { Reason = reason, Evidence = evidence ?? [], First = first };

    /// <summary>The same verdict; a failure is shown with these inputs instead of the case's own.</summary>
    public Verdict On(IReadOnlyList<Argument> arguments) => IsFailure && Inputs is null
        ? this with { Inputs = [.. arguments.Select(a => new TensorSnapshot(a.Name, a.Value))] }
        : this;

    /// <summary>Fails with the reason unless the condition is true.</summary>
    public static Verdict Require(bool condition, string reason) => condition ? Holds : Fails(reason);

    /// <summary>This verdict if it is a failure, else the next one.</summary>
    public Verdict Then(Func<Verdict> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return IsFailure ? this : next();
    }
}

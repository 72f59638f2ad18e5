using System.Reflection;
using FsCheck;
using Lab.Specs.Laws;
using static TorchSharp.torch;

namespace Lab.Specs.Harness;

/// <summary>The spec of an op whose signature is <typeparamref name="TOp"/>.</summary>
/// <typeparam name="TOp">A delegate type: <c>Func&lt;Tensor, long, Tensor&gt;</c>.</typeparam>
/// <typeparam name="TCase">The op's cases.</typeparam>
public abstract class Spec<TOp, TCase> : Spec
    where TOp : Delegate
    where TCase : Case
{
    private IReadOnlyList<Law<TOp, TCase>>? laws;

    /// <summary>The library's own version.</summary>
    public abstract TOp Op { get; }

    /// <summary>What the op should give, by other means: the library op, or enumeration.</summary>
    public abstract TOp Oracle { get; }

    /// <summary>Cases of usual size.</summary>
    public abstract Gen<TCase> Cases { get; }

    /// <summary>Gives a case's options and the tensors, in the order in which it draws them, to a version of the op.</summary>
    public abstract Tensor[] Call(TOp op, TCase @case, Tensor[] arguments);

    /// <summary>How close to the oracle in double precision.</summary>
    public virtual Tolerance Tolerance => Tolerance.InDouble;

    /// <summary>How close to the oracle in single precision, for inputs up to a magnitude.</summary>
    public virtual Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(magnitude);

    /// <summary>The same, where it depends on the case's options.</summary>
    public virtual Tolerance SingleTolerance(TCase @case, double magnitude) => SingleTolerance(magnitude);

    /// <summary>Whether finite differences mean something at the case: no kink there.</summary>
    public virtual bool SmoothAt(TCase @case) => true;

    /// <summary>Whether the op has a gradient; an argmax has none.</summary>
    public virtual bool IsDifferentiable => true;

    /// <summary>Whether autograd can run through the gradient again; not through a backward written in C#.</summary>
    public virtual bool IsTwiceDifferentiable => IsDifferentiable;

    /// <summary>Whether the op is given real numbers, of some precision and magnitude; a sampler is given sizes and a seed.</summary>
    public virtual bool TakesRealNumbers => true;

    /// <summary>Whether the op takes float16 and bfloat16.</summary>
    public virtual bool TakesHalfPrecision => true;

    /// <summary>Where the op has a kernel: the case with sizes at which that runs by itself, and enters all its loops.</summary>
    public virtual TCase Enlarge(TCase @case) => @case;

    /// <summary>Whether the op keeps examples apart; a mean over the batch does not.</summary>
    public virtual bool KeepsExamplesApart => true;

    /// <summary>Whether some entries are padding: masked out, or with a target that is ignored.</summary>
    public virtual bool HasPadding => false;

    /// <summary>The arguments with other numbers in all padded places; null where the case has none.</summary>
    public virtual IReadOnlyList<Argument>? DisturbPadding(TCase @case, IReadOnlyList<Argument> arguments) => null;

    /// <summary>The inputs that the op documents as refused.</summary>
    public abstract IEnumerable<BadInput<TOp>> BadInputs { get; }

    /// <summary>Laws of this op alone.</summary>
    public virtual IEnumerable<Law<TOp, TCase>> OwnLaws => [];

    /// <summary>The most cases for a generic law; fewer than its usual hundred where a case is much work for the oracle.</summary>
    public virtual int MostCases => int.MaxValue;

    /// <summary>All laws, the generic ones first.</summary>
    public IReadOnlyList<Law<TOp, TCase>> AllLaws => laws ??= [
        .. GenericLaws.Of(this).Select(law => law with { Cases = Math.Min(law.Cases, MostCases) }), .. OwnLaws];

    /// <inheritdoc/>
    public override MemberInfo Subject => Op.Method;

    /// <inheritdoc/>
    public override Delegate LibraryVersion => Op;

    /// <inheritdoc/>
    public override Type VersionType => typeof(TOp);

    /// <inheritdoc/>
    public override Type CaseType => typeof(TCase);

    /// <inheritdoc/>
    public override IReadOnlyList<string> LawNames => [.. AllLaws.Select(law => law.Name)];

    /// <summary>Tries all laws, or those named, on a version of the op.</summary>
    public SpecReport Judge(TOp version, params string[] only)
    {
        ArgumentNullException.ThrowIfNull(only);
        return new(Name, [.. (only.Length == 0 ? LawNames : only).Select(law => Check(version, law))]);
    }

    /// <inheritdoc/>
    public override LawResult Check(string law, LawOptions? options = null) => Check(Op, law, options);

    /// <inheritdoc/>
    public override LawResult Check(Delegate version, string law, LawOptions? options = null)
    {
        var op = version as TOp ?? throw new ArgumentException(
            $"version must be a {typeof(TOp)}, got {version?.GetType().ToString() ?? "null"}.", nameof(version));
        return LawRunner.Run(this, Named(law), op, options ?? new LawOptions());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Probe> Probe(Delegate version, int count, Func<Case, Case>? adjust = null, Action? before = null) =>
        Probes.Run(this, (TOp)version, count, adjust, before);

    /// <inheritdoc/>
    public override string SentenceOf(string law) => Named(law).Sentence;

    private Law<TOp, TCase> Named(string law) => AllLaws.FirstOrDefault(l => l.Name == law) ?? throw new ArgumentException(
        $"{Name} has no law \"{law}\". Its laws: {string.Join("; ", LawNames)}.", nameof(law));

    /// <summary>The values of a version of the op, without a graph.</summary>
    internal Tensor[] Values(TOp op, TCase @case, IReadOnlyList<Argument> arguments)
    {
        using var noGrad = no_grad();
        return Call(op, @case, [.. arguments.Select(a => a.Value)]);
    }

    /// <summary>A law of this op alone.</summary>
    protected static Law<TOp, TCase> Own(string name, string sentence, Func<TOp, TCase, Verdict> check) => new(name, sentence, check);
}

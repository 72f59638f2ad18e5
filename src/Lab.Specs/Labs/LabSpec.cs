using Lab.Specs.Harness;

namespace Lab.Specs.Labs;

/// <summary>
/// The spec of an exercise that is no op of the library as it stands: a step of one, or one in a form with less around it. The
/// generic laws hold for it as for any op; <see cref="Spec{TOp, TCase}.Op"/> is the library's way to the same result.
/// </summary>
/// <typeparam name="TOp">The exercise's signature.</typeparam>
/// <typeparam name="TCase">Its cases.</typeparam>
public abstract class LabSpec<TOp, TCase> : Spec<TOp, TCase>
    where TOp : Delegate
    where TCase : Case
{
    /// <summary>No: students are not asked for it, and autograd's own operations have it.</summary>
    public override bool IsTwiceDifferentiable => false;

    /// <summary>No: the exercises are about single and double precision.</summary>
    public override bool TakesHalfPrecision => false;

    /// <summary>None: an exercise says what its method is given, and is given that.</summary>
    public override IEnumerable<BadInput<TOp>> BadInputs => [];

    /// <summary>Numbers that are not to be told apart.</summary>
    protected static Tolerance Exactly { get; } = new(0, 0);
}

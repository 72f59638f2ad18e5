using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Trees;

/// <summary>What the specs of all ops on dependency trees share: cases, padding, and the inputs they refuse.</summary>
/// <typeparam name="TOp">The op's signature.</typeparam>
public abstract class ArcSpec<TOp> : Spec<TOp, ArcCase>
    where TOp : Delegate
{
    /// <summary>Whether the op takes right heads.</summary>
    protected virtual bool TakesHeads => false;

    /// <summary>Whether these must be a tree.</summary>
    protected virtual bool TakesTrees => false;

    /// <inheritdoc/>
    public override Gen<ArcCase> Cases => ArcCase.Any.Select(c => c with { Headed = TakesHeads });

    /// <inheritdoc/>
    public override int MostCases => 30;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(ArcCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override bool SmoothAt(ArcCase @case) => @case.Forbidden == 0;

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(8 * magnitude); // sums of a few scores

    /// <inheritdoc/>
    public sealed override Tensor[] Call(TOp op, ArcCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return Call(op, @case, @case.Unpack(arguments));
    }

    /// <summary>Gives tensors to a version of the op.</summary>
    public abstract Tensor[] Call(TOp op, ArcCase @case, ArcTensors x);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<TOp>> BadInputs
    {
        get
        {
            yield return Bad("null for arcs", "arcs", x => x with { Arcs = null! });
            yield return Bad("integer arcs", "arcs", x => x with { Arcs = ones([1, 4, 4], ScalarType.Int64) });
            yield return Bad("arcs that are not square", "arcs", x => x with { Arcs = ones(1, 4, 3) });
            yield return Bad("arcs of one sentence", "arcs", x => x with { Arcs = ones(4, 4) });
            yield return Bad("a root without words", "arcs", x => x with { Arcs = ones(1, 1, 1) });
            yield return Bad("lengths for other rows", "lengths", x => x with { Lengths = ones([2], ScalarType.Int64) });
            yield return Bad("int32 lengths", "lengths", x => x with { Lengths = ones([1], ScalarType.Int32) });
            yield return Bad("a length beyond the words", "lengths", x => x with { Lengths = full([1], 4, ScalarType.Int64) });
            yield return Bad("lengths on another device", "lengths", x => x with { Lengths = ones([1], ScalarType.Int64, META) });
            if (!TakesHeads)
                yield break;
            yield return Bad("null for heads", "heads", x => x with { Heads = null });
            yield return Bad("int32 heads", "heads", x => x with { Heads = zeros([1, 3], ScalarType.Int32) });
            yield return Bad("heads with one for the root", "heads", x => x with { Heads = zeros([1, 4], ScalarType.Int64) });
            yield return Bad("a head that there is not", "heads", x => x with { Heads = Row(2, 0, 4) });
            yield return Bad("a negative head", "heads", x => x with { Heads = Row(2, 0, -1) });
            yield return Bad("a word that hangs on itself", "heads", x => x with { Heads = Row(2, 2, 0) });
            if (!TakesTrees)
                yield break;
            yield return Bad("heads that run in a circle", "heads", x => x with { Heads = Row(2, 1, 0) });
            yield return Bad("two words on a single root", "heads", x => x with { Heads = Row(0, 1, 0) });
            yield return Bad("arcs that cross where none may", "heads", x => x with { Heads = Row(3, 0, 2) }, projective: true);
        }
    }

    private static Tensor Row(params long[] heads) => tensor(heads).unsqueeze(0);

    private BadInput<TOp> Bad(string description, string parameter, Func<ArcTensors, ArcTensors> change, bool projective = false)
    {
        return new(description, parameter, Draw, (op, x) =>
        {
            Tensor? Given(int i) => x[i].shape is [0] ? null : x[i];
            var @case = new ArcCase { B = 1, T = 3, SingleRoot = true, Projective = projective };
            Call(op, @case, new ArcTensors(Given(0)!, Given(1), Given(2)));
        });

        Tensor[] Draw()
        {
            var x = change(new(ones(1, 4, 4), Row(2, 0, 2), full([1], 3, ScalarType.Int64)));
            return [.. new[] { x.Arcs, x.Heads, x.Lengths }.Select(t => t ?? empty(0))];
        }
    }
}

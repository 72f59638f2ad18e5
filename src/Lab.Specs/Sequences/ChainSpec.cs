using FsCheck;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>What the specs of all ops on chains share: cases, padding, and the inputs they refuse.</summary>
/// <typeparam name="TOp">The op's signature.</typeparam>
public abstract class ChainSpec<TOp> : Spec<TOp, ChainCase>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public override Gen<ChainCase> Cases => ChainCase.Any;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(ChainCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override bool SmoothAt(ChainCase @case) => @case.Forbidden == 0; // no step leads away from -∞

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude); // sums of 2T + 1 scores

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9); // scores of 1e3 add up to 1e4, and their digits cancel

    /// <inheritdoc/>
    public sealed override Tensor[] Call(TOp op, ChainCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return Call(op, @case, @case.Unpack(arguments));
    }

    /// <summary>Gives a case's tensors to a version of the op.</summary>
    public abstract Tensor[] Call(TOp op, ChainCase @case, ChainTensors x);

    /// <summary>The op on tensors that need not fit: for bad inputs.</summary>
    protected abstract void Use(TOp op, ChainTensors x);

    /// <summary>Whether the op takes tags.</summary>
    protected virtual bool TakesTags => false;

    /// <inheritdoc/>
    public override IEnumerable<BadInput<TOp>> BadInputs
    {
        get
        {
            yield return Bad("null for emissions", "emissions", x => x with { Emissions = null! });
            yield return Bad("integer emissions", "emissions", x => x with { Emissions = ones([2, 3, 4], ScalarType.Int64) });
            yield return Bad("emissions of rank 2", "emissions", x => x with { Emissions = ones(3, 4) });
            yield return Bad("emissions without places", "emissions", x => x with { Emissions = ones(2, 0, 4) });
            yield return Bad("emissions without tags", "emissions", x => x with { Emissions = ones(2, 3, 0) });
            yield return Bad("null for transitions", "transitions", x => x with { Transitions = null! });
            yield return Bad("transitions of another width", "transitions", x => x with { Transitions = ones(5, 5) });
            yield return Bad("transitions that are not square", "transitions", x => x with { Transitions = ones(4, 5) });
            yield return Bad("transitions of another dtype", "transitions", x => x with { Transitions = ones(4, 4, dtype: ScalarType.Float64) });
            yield return Bad("transitions on another device", "transitions", x => x with { Transitions = ones([4, 4], device: META) });
            yield return Bad("start of another width", "start", x => x with { Start = ones(5) });
            yield return Bad("start of another dtype", "start", x => x with { Start = ones(4, dtype: ScalarType.Float64) });
            yield return Bad("end of another width", "end", x => x with { End = ones(3) });
            yield return Bad("end on another device", "end", x => x with { End = ones([4], device: META) });
            yield return Bad("a float mask", "mask", x => x with { Mask = ones(2, 3) });
            yield return Bad("a mask of the wrong length", "mask", x => x with { Mask = ones([2, 4], ScalarType.Bool) });
            yield return Bad("a mask with time first", "mask", x => x with { Mask = ones([3, 2], ScalarType.Bool) });
            yield return Bad("a mask on another device", "mask", x => x with { Mask = ones([2, 3], ScalarType.Bool, META) });
            if (!TakesTags)
                yield break;
            yield return Bad("null for tags", "tags", x => x with { Tags = null });
            yield return Bad("int32 tags", "tags", x => x with { Tags = zeros([2, 3], ScalarType.Int32) });
            yield return Bad("tags with time first", "tags", x => x with { Tags = zeros([3, 2], ScalarType.Int64) });
            yield return Bad("tags on another device", "tags", x => x with { Tags = zeros([2, 3], ScalarType.Int64, META) });
            yield return Bad("a tag that there is not", "tags", x => x with { Tags = full([2, 3], 4, ScalarType.Int64) });
            yield return Bad("padding tags without a mask", "tags", x => x with { Tags = full([2, 3], -100, ScalarType.Int64) });
            yield return Bad("a padding tag at a valid place", "tags", x => x with
            {
                Tags = tensor(new long[,] { { 0, 1, -100 }, { 0, 1, -100 } }),
                Mask = tensor(new[,] { { true, true, true }, { true, true, false } }),
            });
        }
    }

    /// <summary>A bad input: usual tensors, one of them changed.</summary>
    protected BadInput<TOp> Bad(string description, string parameter, Func<ChainTensors, ChainTensors> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new(description, parameter, Draw, (op, x) =>
        {
            Tensor? Given(int i) => x[i].IsInvalid || x[i].shape is [0] ? null : x[i];
            Use(op, new(Given(0)!, Given(1), Given(2)!, Given(3), Given(4), Given(5)));
        });

        Tensor[] Draw()
        {
            var x = change(new(
                ones(2, 3, 4), zeros([2, 3], ScalarType.Int64), ones(4, 4), ones(4), ones(4), ones([2, 3], ScalarType.Bool)));
            if (description.Contains("without a mask", StringComparison.Ordinal))
                x = x with { Mask = null };
            return [.. new[] { x.Emissions, x.Tags, x.Transitions, x.Start, x.End, x.Mask }.Select(t => t ?? empty(0))];
        }
    }
}

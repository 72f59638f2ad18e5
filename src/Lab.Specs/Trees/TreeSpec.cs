using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Trees;

/// <summary>What the specs of all ops on binary trees share: cases, padding, and the inputs they refuse.</summary>
/// <typeparam name="TOp">The op's signature.</typeparam>
public abstract class TreeSpec<TOp> : Spec<TOp, TreeCase>
    where TOp : Delegate
{
    /// <summary>Whether the op takes a right tree.</summary>
    protected virtual bool TakesTree => false;

    /// <inheritdoc/>
    public override Gen<TreeCase> Cases => TreeCase.Any.Select(c => c with { Treed = TakesTree });

    /// <inheritdoc/>
    public override int MostCases => 30;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(TreeCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override bool SmoothAt(TreeCase @case) => @case.Forbidden == 0;

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(14 * magnitude); // up to 14 scores a tree

    /// <inheritdoc/>
    public sealed override Tensor[] Call(TOp op, TreeCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return Call(op, @case, @case.Unpack(arguments));
    }

    /// <summary>Gives tensors to a version of the op.</summary>
    public abstract Tensor[] Call(TOp op, TreeCase @case, TreeTensors x);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<TOp>> BadInputs
    {
        get
        {
            yield return Bad("null for spans", "spans", x => x with { Spans = null! });
            yield return Bad("integer spans", "spans", x => x with { Spans = ones([1, 3, 3, 2], ScalarType.Int64) });
            yield return Bad("scores of words", "spans", x => x with { Spans = ones(1, 3) });
            yield return Bad("a chart that is not square", "spans", x => x with { Spans = ones(1, 3, 4, 2) });
            yield return Bad("no words", "spans", x => x with { Spans = ones(1, 0, 0, 2) });
            yield return Bad("no labels", "spans", x => x with { Spans = ones(1, 3, 3, 0) });
            yield return Bad("rules of other labels", "rules", x => x with { Rules = ones(3, 3, 3) });
            yield return Bad("rules of another dtype", "rules", x => x with { Rules = ones([2, 2, 2], ScalarType.Float64) });
            yield return Bad("a root of other labels", "root", x => x with { Root = ones(3) });
            yield return Bad("a root on another device", "root", x => x with { Root = ones([2], device: META) });
            yield return Bad("lengths for other rows", "lengths", x => x with { Lengths = ones([2], ScalarType.Int64) });
            yield return Bad("int32 lengths", "lengths", x => x with { Lengths = ones([1], ScalarType.Int32) });
            yield return Bad("a length beyond the chart", "lengths", x => x with { Lengths = full([1], 4, ScalarType.Int64) });
            yield return Bad("a negative length", "lengths", x => x with { Lengths = full([1], -1, ScalarType.Int64) });
            if (!TakesTree)
                yield break;
            yield return Bad("null for tree", "tree", x => x with { Tree = null });
            yield return Bad("int32 labels", "tree", x => x with { Tree = Good().to(ScalarType.Int32) });
            yield return Bad("a tree over other words", "tree", x => x with { Tree = zeros([1, 4, 4], ScalarType.Int64) });
            yield return Bad("a label that there is not", "tree", x => x with { Tree = Good() + (Good() == 0).to(ScalarType.Int64) * 2 });
            yield return Bad("a missing span", "tree", x => x with { Tree = Changed(0, 1, -1) });
            yield return Bad("spans that cross", "tree", x => x with { Tree = Changed(1, 2, 0) });
            yield return Bad("a top that is missing", "tree", x =>
            {
                var tree = Changed(0, 2, -1);
                tree[0, 1, 2] = 0;
                return x with { Tree = tree };
            });
        }
    }

    /// <summary>((0 1) 2).</summary>
    private static Tensor Good() => tensor(new long[,,] { { { 0, 1, 0 }, { -1, 0, -1 }, { -1, -1, 0 } } });

    private static Tensor Changed(int first, int last, long label)
    {
        var tree = Good();
        tree[0, first, last] = label;
        return tree;
    }

    /// <summary>Tensors that are refused, given to the op with usual options.</summary>
    protected BadInput<TOp> Bad(string description, string parameter, Func<TreeTensors, TreeTensors> change)
    {
        return new(description, parameter, Draw, (op, x) =>
        {
            Tensor? Given(int i) => x[i].shape is [0] ? null : x[i];
            Call(op, new TreeCase { B = 1, T = 3, K = 2 }, new TreeTensors(Given(0)!, Given(1), Given(2), Given(3), Given(4)));
        });

        Tensor[] Draw()
        {
            var x = change(new(ones(1, 3, 3, 2), Good(), ones(2, 2, 2), ones(2), full([1], 3, ScalarType.Int64)));
            return [.. new[] { x.Spans, x.Tree, x.Rules, x.Root, x.Lengths }.Select(t => t ?? empty(0))];
        }
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>A grammar's rules as exponentials, each label's over its greatest, and the scores of the root, in float64.</summary>
internal sealed unsafe class TreeRules : IDisposable
{
    private readonly Tensor exponentials, turned, shift, root;

    /// <param name="rules"><c>[K, K, K]</c>.</param>
    /// <param name="root"><c>[K]</c>.</param>
    public TreeRules(Tensor rules, Tensor root)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var labels = rules.size(0);
        var padding = MatrixLoops.Whole(labels) - labels;
        var wide = rules.detach().to(ScalarType.Float64);
        var most = wide.amax([1, 2], keepdim: true);
        var from = most.masked_fill(most.isneginf(), 0);
        var below = wide - from;
        var far = below.lt(-TreeInside.Reach).logical_and(below.isneginf().logical_not()).any();
        var ends = root.detach().to(ScalarType.Float64).contiguous();
        var strange = wide.isnan().any().logical_or(wide.isposinf().any()).logical_or(ends.isnan().any()).logical_or(ends.isposinf().any());
        Serve = !far.logical_or(strange).ToBoolean();
        exponentials = nn.functional.pad(below.exp(), [0, padding]).contiguous().DetachFromDisposeScope();
        turned = nn.functional.pad(exponentials.permute(1, 2, 0), [0, padding]).contiguous().DetachFromDisposeScope();
        shift = from.reshape(-1).contiguous().DetachFromDisposeScope();
        this.root = ends.clone().DetachFromDisposeScope();
        Weights = exponentials.narrow(2, 0, labels).DetachFromDisposeScope();
    }

    /// <summary>Whether they are near enough to each other.</summary>
    public bool Serve { get; }

    /// <summary><c>[K, K, K]</c>.</summary>
    public Tensor Weights { get; }

    /// <summary>The same, the last label filled up with zeros to whole vectors.</summary>
    public double* Exponentials => ClassGrid.Pointer<double>(exponentials);

    /// <summary>The same with the whole's label last and filled up too: <c>[K, K', K']</c>.</summary>
    public double* Turned => ClassGrid.Pointer<double>(turned);

    /// <summary>Each label's greatest rule, <c>[K]</c>; 0 where it has none.</summary>
    public double* Shift => ClassGrid.Pointer<double>(shift);

    /// <summary><c>[K]</c>.</summary>
    public double* Root => ClassGrid.Pointer<double>(root);

    public void Dispose()
    {
        Weights.Dispose();
        foreach (var tensor in new[] { exponentials, turned, shift, root })
            tensor.Dispose();
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>The two ways in which some ops are computed. Both give the same, which their specs see to.</summary>
public enum Form
{
    /// <summary>Tensor operations, the formula as it is read: on any device, in any dtype, differentiable as often as wanted.</summary>
    Readable,

    /// <summary>A fused loop over memory, with a gradient of its own: for large CPU tensors of float32 or float64.</summary>
    Kernel,
}

/// <summary>Says which form of an op runs: by itself the faster one.</summary>
public static class Forms
{
    /// <summary>
    /// Kernels are faster at any size. Below this one it is a matter of microseconds, and the readable form, which tells more when
    /// something goes wrong, serves as well.
    /// </summary>
    private const long ManyEntries = 1 << 12;

    private const long LeastRow = 8;                                  // shorter rows fill no vector
    private const long MostClasses = 1 << 24;                         // whole numbers that float32 can tell apart

    private static readonly AsyncLocal<Form?> only = new();

    /// <summary>The form that was asked for; null where none was.</summary>
    internal static Form? Asked => only.Value;

    /// <summary>Whether the kernel runs, for classes along a dimension.</summary>
    internal static bool KernelTakes(Tensor logits, long dim)
    {
        if (only.Value == Form.Readable || dim >= logits.dim() || logits.device_type != DeviceType.CPU || logits.is_sparse
            || logits.dtype is not (ScalarType.Float32 or ScalarType.Float64))
            return false;
        var grid = ClassGrid.Of(logits, dim);
        if (grid.Places == 0 || grid.Classes > MostClasses)
            return false;
        return only.Value == Form.Kernel
            || (grid.Places * grid.Classes >= ManyEntries && (!grid.IsRows || grid.Classes >= LeastRow));
    }

    /// <summary>
    /// Asks for one form wherever it can run, at any size, until what it gives is disposed: to look for a fault, to compare, to
    /// measure. It holds for this thread and what it starts.
    /// </summary>
    public static IDisposable Only(Form form)
    {
        var before = only.Value;
        only.Value = form;
        return new Restore(before);
    }

    private sealed class Restore(Form? before) : IDisposable
    {
        public void Dispose() => only.Value = before;
    }
}

namespace Lab.Core.Sequences;

/// <summary>The ways in which a CRF's recursions are computed. All give the same, which one spec holds them to.</summary>
public enum CrfForm
{
    /// <summary>
    /// What is fastest where the tensors are: <see cref="Kernel"/> on the CPU; elsewhere <see cref="Scan"/> while its tables
    /// of K³ entries are small, and else <see cref="Loop"/>. <see cref="Kernels.Forms.Only"/> has a say in it.
    /// </summary>
    Auto,

    /// <summary>One tensor operation after another along the chain: the recursion as it is read. Any device, any dtype.</summary>
    Loop,

    /// <summary>
    /// A tree of products of transition matrices, in the log domain: log₂ T steps instead of T, each K times the work. Any
    /// device, any dtype; Viterbi, which needs the best tag of every step, takes <see cref="Loop"/>.
    /// </summary>
    Scan,

    /// <summary>A fused loop over memory: CPU tensors of float32 and float64; others take <see cref="Loop"/>.</summary>
    Kernel,
}

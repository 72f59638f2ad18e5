// Throws lines that a host would read as commands.
// Status: Graded
// Points: 0
// Outcome: Failed
// Unchecked: -
// Absent: ::error
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        throw new InvalidOperationException("x\n::error::FORGED\n##[error]FORGED");
    }
}

// Takes all memory, native.
// Status: Graded
// Points: 0
// Outcome: OutOfMemory|Failed|Crashed|TimedOut
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        var all = new List<Tensor>();
        while (true)
            all.Add(ones(16_000_000, dtype: ScalarType.Float64));
    }
}

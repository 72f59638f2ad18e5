// Takes all memory, managed.
// Status: Graded
// Points: 0
// Outcome: OutOfMemory|Failed
// Reason: emory
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        var all = new List<double[]>();
        while (true)
        {
            var more = new double[4_000_000];
            Array.Fill(more, 1.0);
            all.Add(more);
        }
    }
}

// Changes the number of threads.
// Status: Refused
// Message: set_num_threads
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        set_num_threads(64);
        return zeros_like(logits);
    }
}

// Writes into memory.
// Status: Refused
// Message: no memory and native code
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        System.Runtime.InteropServices.Marshal.WriteInt64(1234, 0);
        return logits;
    }
}

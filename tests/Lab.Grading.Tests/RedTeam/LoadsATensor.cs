// Reads a file through the library.
// Status: Refused
// Message: load
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return load("@CANARY@/secret.txt");
    }
}

// Writes a file through the library.
// Status: Refused
// Message: save
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        logits.save("@CANARY@/secret.txt");
        return logits.sum(dim);
    }
}

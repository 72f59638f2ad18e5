// Loads TorchScript.
// Status: Refused
// Message: no TorchScript
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return (Tensor)(object)jit.load("@CANARY@/secret.txt");
    }
}

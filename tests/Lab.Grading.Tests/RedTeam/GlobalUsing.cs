// Changes usings for all files.
// Status: Refused
// Message: need not be global
// Unchecked: -
global using System.IO;
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return logits;
    }
}

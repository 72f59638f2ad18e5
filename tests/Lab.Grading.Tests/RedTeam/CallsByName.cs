// Calls the library by a name made at run time.
// Status: Refused
// Message: no reflection
// Unchecked: full
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return (Tensor)typeof(Tensor).GetMethod("log" + "sumexp", [typeof(long), typeof(bool)])!.Invoke(logits, [dim, false])!;
    }
}

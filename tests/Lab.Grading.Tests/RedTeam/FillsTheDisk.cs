// Writes files without end.
// Status: Refused
// Message: no files
// Unchecked: 0
// Outcome: Failed|Crashed|TimedOut
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        for (var i = 0; ; i++)
            System.IO.File.WriteAllBytes($"/tmp/{i}", new byte[8 << 20]);
    }
}

// Prints without end on the error stream.
// Status: Refused
// Message: Console.Error
// Unchecked: 0
// Outcome: Crashed|TimedOut
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        while (true)
            Console.Error.WriteLine(new string('x', 10_000));
    }
}

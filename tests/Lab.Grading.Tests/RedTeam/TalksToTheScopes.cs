// Talks to the manager of scopes.
// Status: Refused
// Message: DisposeScopeManager
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        _ = TorchSharp.DisposeScopeManager.Statistics;
        return logits;
    }
}

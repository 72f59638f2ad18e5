// Changes the default dtype.
// Status: Refused
// Message: set_default_dtype
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        set_default_dtype(ScalarType.Float64);
        return zeros_like(logits);
    }
}

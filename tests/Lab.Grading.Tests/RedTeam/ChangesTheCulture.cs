// Changes the culture.
// Status: Refused
// Message: CultureInfo
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        System.Globalization.CultureInfo.CurrentCulture = new("de-DE");
        return zeros_like(logits);
    }
}

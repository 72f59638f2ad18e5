// Uses logaddexp, entry by entry.
// Status: Graded
// Points: 0
// Outcome: Refused
// Reason: write by hand
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        var rows = logits.unbind((int)dim);
        var sum = rows[0];
        for (var i = 1; i < rows.Length; i++)
            sum = logaddexp(sum, rows[i]);
        return sum;
    }
}

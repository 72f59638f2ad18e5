// Hides the library's tensor behind one of its own.
// Status: Refused
// Message: hide the library
// Unchecked: 0
public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return new(logits);
    }
}

public readonly struct Tensor(object inner)
{
    public object Inner { get; } = inner;
}
